/** One scenario from recording to differences: a server of its own, the replay, and the comparison of every connection. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFreeSwitch } from '../../../src/engine/freeswitch/server.js';
import { EslFrameReader } from '../../../src/wire/esl-frame.js';
import type { Covered, Race } from '../../contract/freeswitch-coverage.js';
import { compareFrames } from './compare.js';
import { Names } from './names.js';
import { Normaliser, type NormalFrame } from './normalise.js';
import { replay, type DigitPress, type Replayed } from './replay.js';
import { sipHeader } from './sip-text.js';
import { writeSounds } from './sounds.js';
import { withSip } from './synthetic-sip.js';
import { freeSwitchPort, type Trace } from './trace.js';

/** The dialplan on 5082 sets more than the one on 5080. */
const VARIABLES: Readonly<Record<number, Record<string, string>>> = {
  5082: { hangup_after_bridge: 'false', park_after_bridge: 'true', playback_terminators: 'none' },
};

export async function runScenario(recorded: Trace, covered: Covered): Promise<string[]> {
  const trace = withSip(withoutForeignEvents(withoutHeartbeats(recorded)));
  const directory = mkdtempSync(join(tmpdir(), 'freeswitch-replay-'));
  const names = new Names();
  for (const folder of ['sounds', 'rec']) {
    mkdirSync(join(directory, folder));
    names.pair(`/srv/dialtrace/${folder}/`, `${join(directory, folder)}/`);
  }
  writeSounds(join(directory, 'sounds'));
  const server = await openFreeSwitch({
    eventSocket: { address: '127.0.0.1', port: 0, password: 'ClueCon' },
    sip: { address: '127.0.0.1', port: 0 },
    rtp: { address: '127.0.0.1' },
    hostname: 'fs1',
    heartbeatSeconds: covered.heartbeatSeconds ?? 0,
    firstConferenceMember: covered.firstConferenceMember ?? 1,
    variables: VARIABLES[freeSwitchPort(trace)] ?? {},
  });
  const replayed = await replay(trace, server, {
    names,
    digits: [...recordedDigits(trace), ...(covered.digits ?? [])],
    ...(covered.maxGapMs === undefined ? {} : { maxGapMs: covered.maxGapMs }),
  });
  await server.close();
  const left = server.stats();
  rmSync(directory, { recursive: true });
  const leaks =
    left.channels + left.outboundConnections + left.rtpPorts === 0
      ? []
      : [`left over: ${JSON.stringify(left)}`];
  return [
    ...replayed.missing.map((what) => `missing: ${what}`),
    ...leaks,
    ...compareEsl(trace, replayed, names, covered.races ?? []),
    ...compareSip(trace, replayed, names),
  ];
}

/** A HEARTBEAT is chance in every scenario but its own. */
function withoutHeartbeats(trace: Trace): Trace {
  if (trace.scenario.endsWith('heartbeat')) return trace;
  return {
    ...trace,
    lines: trace.lines.filter(({ dir, text }) => dir === 'c>s' || !text.includes('"Event-Name":"HEARTBEAT"')),
  };
}

/** Between `event` and `filter` an outbound connection sees other channels too; whether one has an event just then is chance. */
function withoutForeignEvents(trace: Trace): Trace {
  const own = new Map(
    trace.lines.flatMap(({ conn, text }) =>
      text.startsWith('Event-Name: CHANNEL_DATA') ? [[conn, /^Unique-ID: (\S+)/m.exec(text)?.[1]]] : [],
    ),
  );
  const isForeign = ({ conn, text }: Trace['lines'][number]) =>
    own.has(conn) && /"Unique-ID":"([^"]+)"/.exec(text)?.[1] !== own.get(conn);
  return {
    ...trace,
    lines: trace.lines.filter((line) => !(line.text.includes('text/event-json') && isForeign(line))),
  };
}

/** A digit's event comes one frame after the end of its 120 ms. */
function recordedDigits(trace: Trace): DigitPress[] {
  return trace.lines.flatMap((line) => {
    if (!line.text.includes('"DTMF-Source":"RTP"')) return [];
    const digit = /"DTMF-Digit":"(.)"/.exec(line.text)?.[1] ?? '';
    return [{ t_ms: line.t_ms - 150, conn: line.conn, digit }];
  });
}

function compareEsl(trace: Trace, replayed: Replayed, names: Names, races: readonly Race[]): string[] {
  const conns = new Set([
    ...trace.lines.map(({ conn }) => conn).filter((conn) => conn !== 'sip'),
    ...replayed.esl.keys(),
  ]);
  return [...conns].flatMap((conn) => {
    const recordedBy = new Normaliser();
    const liveBy = new Normaliser();
    const recorded = trace.lines
      .filter((line) => line.conn === conn && line.dir === 's>c' && line.text !== '')
      .flatMap((line) => new EslFrameReader().read(Buffer.from(line.text)))
      .map((frame) => recordedBy.esl(frame));
    const live = (replayed.esl.get(conn) ?? []).map((frame) =>
      liveBy.esl(frame).map((line) => names.toRecorded(line)),
    );
    const fit = (frames: NormalFrame[]) => withoutRaces(frames, conn, races);
    return compareFrames(conn, fit(recorded), fit(live));
  });
}

function withoutRaces(frames: NormalFrame[], conn: string, races: readonly Race[]): NormalFrame[] {
  const kinds = races.filter((race) => race.conn === conn).map(({ kind }) => kind);
  const isHangup = (frame: NormalFrame) =>
    frame[0] === 'Event-Name: CHANNEL_CALLSTATE' && frame.includes('Channel-Call-State: HANGUP');
  let kept = frames;
  if (kinds.includes('callstate-hangup')) kept = kept.filter((frame) => !isHangup(frame));
  if (kinds.includes('call-uuid-at-hangup'))
    kept = kept.map((frame) => (isHangup(frame) ? without(frame, /^Channel-Call-UUID: /) : frame));
  if (kinds.includes('ack-any-time')) kept = kept.map((frame) => without(frame, ACK_VARIABLES));
  if (kinds.includes('events-among-replies'))
    kept = [...kept.filter((frame) => !isEvent(frame)), ...kept.filter(isEvent)];
  return kept;
}

const ACK_VARIABLES = /^variable_sip_(?:to_tag|from_tag|cseq|call_id|full_via|full_from|full_to): /;

function isEvent(frame: NormalFrame): boolean {
  return /^Event-(?:Name: (?!CHANNEL_DATA)|Subclass)/.test(frame[0] ?? '');
}

function without(frame: NormalFrame, pattern: RegExp): NormalFrame {
  return frame.filter((line) => !pattern.test(line));
}

/** By Call-ID: the order of messages of different dialogs is free. */
function compareSip(trace: Trace, replayed: Replayed, names: Names): string[] {
  if (trace.synthetic === true) return [];
  const port = freeSwitchPort(trace);
  const recorded = trace.lines
    .filter((line) => line.conn === 'sip' && line.src === port)
    .map(({ text }) => text);
  const live = replayed.sip.map((text) => names.toRecorded(text));
  const callIds = new Set([...recorded, ...live].map((text) => sipHeader(text, 'Call-ID') ?? ''));
  return [...callIds].flatMap((callId) => {
    const of = (texts: readonly string[]) =>
      texts.filter((text) => sipHeader(text, 'Call-ID') === callId).map((text) => new Normaliser().sip(text));
    return compareFrames(`sip ${callId.slice(0, 8)}`, of(recorded), of(live));
  });
}
