/**
 * A call through the switch to a test phone of our own: a file is written, played, heard, and what the phone says is
 * recorded. It proves signalling, media both ways, the shared folder and the settings that a leg depends on.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import type { Leg } from '../../app/ports/switch.js';
import type { CallId, LegId } from '../../domain/values/ids.js';
import { messageOf } from '../../errors.js';
import type { Services } from '../../main/services.js';
import type { SwitchConnection } from '../../main/switch-connection.js';
import { measureTonesOfFile } from '../../media/tone-detector.js';
import { openPhone } from '../../phone/open-phone.js';
import type { Phone } from '../../phone/api.js';
import type { Configuration } from '../../settings/configuration.js';
import { failure, ok, type Finding } from './finding.js';
import { writeToneFile } from './tone-file.js';

const SWITCH_TONE = 640;
const PHONE_TONE = 1150;
const PHONE_PLAYS_MS = 2000;
const ANSWER_DEADLINE_MS = 10_000;
const HEARD_DBFS = -40;

export interface TestCallOptions {
  readonly connection: SwitchConnection;
  readonly services: Services;
  readonly configuration: Configuration;
  /** Address of the test phone that the switch can reach. */
  readonly address: string;
}

/** Undefined when the phone answered, else why not. */
function whyNotAnswered(leg: Leg): Promise<string | undefined> {
  return new Promise((resolve) => {
    leg.onSignal((signal) => {
      if (signal.kind === 'answered') resolve(undefined);
      if (signal.kind === 'ended')
        resolve(`the call ended with ${signal.ending.sipStatus ?? signal.ending.reason ?? 'no status'}`);
    });
  });
}

async function loudest(path: string, frequency: number): Promise<number> {
  const channels = await measureTonesOfFile(path, { frequencies: [frequency] });
  return Math.max(...channels.flat().map(({ dbfs }) => dbfs));
}

interface Files {
  readonly played: string;
  readonly recorded: string;
  readonly heard: string;
}

async function talk({ services }: TestCallOptions, leg: Leg, files: Files): Promise<Finding[]> {
  const recording = leg.record({ path: files.recorded, startedAt: services.clock.now() });
  const played = await leg.play([{ kind: 'file', path: files.played }]).outcome;
  recording.stop();
  const recorded = await recording.outcome;
  await leg.hangup('normal');
  return [
    played.kind === 'played'
      ? ok('playing', `the switch played ${files.played}`)
      : failure(
          'playing',
          `the switch could not play a file: ${played.kind}`,
          'Both must see the same folder: set switch.files.controllerPath and switchPath.',
        ),
    recorded.kind === 'ready'
      ? ok('recording', `${recorded.seconds.toFixed(1)} s, ${recorded.channels} channels`)
      : failure(
          'recording',
          `no recording came: ${recorded.why}`,
          'The switch must be able to write into recordings.directory; see docs/operations.md.',
        ),
  ];
}

async function listenBack(files: Files): Promise<Finding[]> {
  const [toPhone, fromPhone] = await Promise.all([
    loudest(files.heard, SWITCH_TONE).catch(() => -Infinity),
    loudest(files.recorded, PHONE_TONE).catch(() => -Infinity),
  ]);
  const remedy = 'Check rtp-ip, the RTP port range and firewalls between the switch and the phone.';
  return [
    toPhone > HEARD_DBFS
      ? ok('audio to the phone', `heard at ${toPhone.toFixed(0)} dBFS`)
      : failure('audio to the phone', 'the phone did not hear the played tone', remedy),
    fromPhone > HEARD_DBFS
      ? ok('audio from the phone', `recorded at ${fromPhone.toFixed(0)} dBFS`)
      : failure('audio from the phone', 'the phone’s tone is not in the recording', remedy),
  ];
}

async function callThePhone(options: TestCallOptions, phone: Phone, files: Files): Promise<Finding[]> {
  const { connection, services } = options;
  const id = services.ids.next();
  const leg = connection.switch.originate({
    legId: id as LegId,
    callId: id as CallId,
    sipCallId: `doctor-${id}`,
    role: 'supervisor',
    target: { kind: 'uri', uri: phone.uri },
    ringMs: ANSWER_DEADLINE_MS,
  });
  const refusal = await whyNotAnswered(leg);
  if (refusal !== undefined)
    return [
      failure(
        'test call',
        `the test phone was not reached: ${refusal}`,
        'Check that the switch can send SIP to this machine (--address).',
      ),
    ];
  const findings = await talk(options, leg, files);
  await phone.close();
  return [
    ok('test call', 'the test phone was called and answered'),
    ...findings,
    ...(await listenBack(files)),
  ];
}

export async function testCall(options: TestCallOptions): Promise<Finding[]> {
  const { files, connection } = {
    files: options.configuration.settings.recordings.directory,
    connection: options.connection,
  };
  const { signalling, media } = connection.switch.status();
  if (signalling !== 'ready' || media !== 'ready')
    return [
      failure(
        'switch',
        `signalling is ${signalling}, media is ${media}`,
        'Check switch.signalling and switch.media: address, port, secret, profile; the log says what was answered.',
      ),
    ];
  const folder = await mkdtemp(join(files, 'doctor-'));
  const heardFolder = await mkdtemp(join(tmpdir(), 'dialtrace-doctor-'));
  const paths: Files = {
    played: join(folder, 'tone.wav'),
    recorded: join(folder, 'recorded.wav'),
    heard: join(heardFolder, 'heard.wav'),
  };
  await writeToneFile(paths.played, { frequency: SWITCH_TONE, milliseconds: PHONE_PLAYS_MS });
  const phone = await openPhone({
    user: 'doctor',
    bind: [{ protocol: 'udp', host: options.address, port: 0 }],
    script: {
      onCall: { kind: 'answer', afterMs: 200 },
      play: { kind: 'tone', spec: `v=-13;%(1000,0,${PHONE_TONE});loops=-1` },
      recordHeard: () => paths.heard,
    },
  });
  try {
    return await callThePhone(options, phone, paths);
  } catch (error) {
    return [failure('test call', messageOf(error), 'See the log around this time.')];
  } finally {
    await phone.close();
    await Promise.all([folder, heardFolder].map((path) => rm(path, { recursive: true, force: true })));
  }
}
