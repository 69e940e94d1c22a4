/**
 * The whole program with its embedded switch, or with real servers (SWITCH=external), against SIPp's own scenarios, which
 * share no code with it: calls complete, recordings have sound, nothing is left. Skipped, visibly, where SIPp is not installed.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { openPhone } from '../../src/phone/open-phone.js';
import type { Phone, PhoneScript } from '../../src/phone/api.js';
import { freePort, hasSipp, hasSippCaptures, startSipp, type RunningSipp } from '../support/sip/sipp.js';
import { clearestLevels, talkFor, toneOf } from '../support/media/scratch.js';
import { startProgram, type Program, type ProgramOptions } from '../support/sipp/program.js';

const DID = '+4930999';
const CARRIER = { carrier: { gateways: [{ host: '127.0.0.1', port: 5060 }], callerId: '+4930100' } };
const hold = (seconds: number) => ({
  speak: { do: 'answer', next: 'hold' },
  hold: { do: 'play', leg: 'caller', what: [{ silenceMs: seconds * 1000 }], next: 'end' },
  end: { do: 'hangup' },
});

const opened: { program?: Program; phone?: Phone; sipps: RunningSipp[] } = { sipps: [] };

async function open(options: ProgramOptions): Promise<Program> {
  const program = await startProgram(options);
  opened.program = program;
  return program;
}

async function sipp(...of: Parameters<typeof startSipp>): Promise<RunningSipp> {
  const running = await startSipp(of[0], ['-mp', String(await freePort()), ...of[1]]);
  opened.sipps.push(running);
  return running;
}

afterEach(async ({ task }) => {
  for (const running of opened.sipps.splice(0)) running.stop();
  await opened.phone?.close();
  if (task.result?.state !== 'fail') await opened.program?.untilNothingIsLeft();
  await opened.program?.close();
  delete opened.program;
  delete opened.phone;
});

describe.skipIf(!hasSipp)('SIPp calls a DID', { timeout: 60_000 }, () => {
  it('and hangs up (uac)', async () => {
    const { sip, nextFinished } = await open({ telephony: { trunks: CARRIER }, inbound: hold(30) });
    const caller = await sipp('uac', [sip, '-s', DID, '-m', '1', '-d', '500']);
    expect(await caller.done).toEqual({ successful: 1, failed: 0 });
    const { call } = await nextFinished();
    // It left before it talked with anybody.
    expect(call).toMatchObject({ direction: 'inbound', disposition: 'abandoned', did: DID });
  });

  it('and is hung up on after the plan has played', async () => {
    const { sip, nextFinished } = await open({ telephony: { trunks: CARRIER }, inbound: hold(1) });
    const caller = await sipp({ file: 'uac-hung-up.xml' }, [sip, '-s', DID, '-m', '1']);
    expect(await caller.done).toEqual({ successful: 1, failed: 0 });
    expect((await nextFinished()).call.disposition).toBe('answered');
  });

  it('fifty times, ten a second, without a failure', async () => {
    const { sip, dialtrace } = await open({ telephony: { trunks: CARRIER }, inbound: hold(30) });
    const caller = await sipp('uac', [sip, '-s', DID, '-m', '50', '-r', '10', '-d', '1500']);
    expect(await caller.done).toEqual({ successful: 50, failed: 0 });
    const { items } = await dialtrace.services.store.calls.list({ limit: 100 });
    expect(items.filter(({ disposition }) => disposition === 'abandoned')).toHaveLength(50);
  });
});

/** Mean loudness of a stretch of speech is far above this; silence far below. */
const AUDIBLE_DBFS = -40;
const SPEECH = [300, 500, 800, 1200];

async function expectAudible(path: string): Promise<void> {
  const loudest = (await clearestLevels(path, SPEECH)).map((levels) => Math.max(...levels));
  expect(loudest).toHaveLength(2);
  for (const level of loudest) expect(level).toBeGreaterThan(AUDIBLE_DBFS);
}

describe.skipIf(!hasSippCaptures)('SIPp replays captured speech and a key', { timeout: 60_000 }, () => {
  it('into a talk with SIPp that echoes it: both channels have sound, in two codecs', async () => {
    const echo = await sipp('uas', ['-m', '1', '-rtp_echo']);
    const { sip, nextFinished } = await open({
      telephony: {
        trunks: CARRIER,
        operators: { anna: { devices: [{ uri: `sip:echo@127.0.0.1:${String(echo.port)}` }] } },
        groups: { sales: { operators: ['anna'] } },
        callbacks: { default: { group: 'sales' } },
      },
      inbound: {
        find: { do: 'ring-group', ask: 'nobody', on: { accepted: 'answer', nobody: 'end' } },
        answer: { do: 'answer', next: 'record' },
        record: { do: 'record', next: 'talk' },
        talk: { do: 'bridge', a: 'caller', b: 'operator' },
        end: { do: 'hangup' },
      },
    });
    const caller = await sipp('uac_pcap', [sip, '-s', DID, '-m', '1']);
    expect(await caller.done).toEqual({ successful: 1, failed: 0 });
    expect(await echo.done).toEqual({ successful: 1, failed: 0 });
    const { call, recordings, events } = await nextFinished();
    expect(call.disposition).toBe('answered');
    const [recording] = recordings;
    expect(recording).toMatchObject({ state: 'ready', channels: 2, channelRoles: ['caller', 'operator'] });
    expect(recording!.seconds).toBeGreaterThan(8);
    await expectAudible(recording!.path);
    const keys = events.filter(({ name }) => name === 'key.pressed').map(({ payload }) => payload);
    expect(keys).toMatchObject([{ role: 'caller', digit: '1' }]);
  });
});

/** A lead's callback through gateways on these ports, in this order, with an operator who accepts. */
async function callBack(ports: readonly number[], operator: PhoneScript = {}): Promise<Program> {
  const program = await open({
    telephony: {
      trunks: { carrier: { gateways: ports.map((port) => ({ host: '127.0.0.1', port })) } },
      operators: { anna: {} },
      groups: { sales: { operators: ['anna'], country: 'DE' } },
      callbacks: { default: { group: 'sales', trunk: 'carrier' } },
    },
  });
  opened.phone = await openPhone({
    user: 'anna',
    credentials: { username: 'anna', password: await program.passwordOf('anna') },
    account: { registrar: `sip:${program.sip}` },
    script: {
      onCall: { kind: 'answer', ringing: { kind: 'plain' } },
      press: [{ digits: '1', when: { kind: 'after', ms: 1500 } }],
      ...operator,
    },
  });
  expect(await opened.phone.registered).toBe(200);
  await program.dialtrace.app.takeLead({
    source: 'api',
    kind: 'form',
    rawPhone: '+4930123456',
    answers: [],
    touch: {},
  });
  return program;
}

describe.skipIf(!hasSipp)('SIPp is a gateway that fails', { timeout: 60_000 }, () => {
  it('before the one that works: the person’s phone rings once, and both tries are on record', async () => {
    const failing = await sipp({ file: 'uas-503.xml' }, ['-m', '1']);
    const person = await openPhone({ user: 'person', script: { onCall: { kind: 'reject', status: 603 } } });
    const ports = [failing.port, Number(/:(\d+)$/.exec(person.uri)?.[1])];
    const program = await callBack(ports);
    const { call } = await program.nextFinished();
    expect(await failing.done).toEqual({ successful: 1, failed: 0 });
    expect(person.log.events('invited')).toHaveLength(1);
    await person.close();
    await program.dialtrace.app.drain({ deadlineMs: 1000, talks: 'end' });
    const attempts = await program.dialtrace.services.store.signalling.attemptsOf(call.id);
    expect(attempts.map(({ gateway, sipStatus, outcome }) => ({ gateway, sipStatus, outcome }))).toEqual([
      { gateway: `udp:127.0.0.1:${ports[0]}`, sipStatus: 503, outcome: 'next-gateway' },
      { gateway: `udp:127.0.0.1:${ports[1]}`, sipStatus: 603, outcome: 'ended' },
    ]);
  });
});

describe.skipIf(!hasSipp)('SIPp is the carrier of a callback', { timeout: 60_000 }, () => {
  it('answers and echoes what the operator says', async () => {
    const carrier = await sipp('uas', ['-m', '1', '-rtp_echo']);
    const program = await callBack([carrier.port], { play: toneOf(500, 60_000) });
    await program.nextEvent('call.bridged');
    await talkFor(2000);
    await opened.phone?.calls[0]?.hangUp();
    expect(await carrier.done).toEqual({ successful: 1, failed: 0 });
    const { call, recordings } = await program.nextFinished();
    expect(call.disposition).toBe('answered');
    expect(recordings).toMatchObject([{ state: 'ready', channelRoles: ['operator', 'client'] }]);
    const levels = await clearestLevels(recordings[0]!.path, [500]);
    for (const [level] of levels) expect(level).toBeGreaterThan(-20);
  });
});
