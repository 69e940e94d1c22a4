/**
 * The whole program with baresip as the operator's phone: registers by digest, rings, is answered, hears the whisper,
 * accepts with a key, talks, holds. The client is our test phone behind a trunk. Skipped, visibly, without baresip.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { measureTones, measureTonesOfFile } from '../../src/media/tone-detector.js';
import type { PhoneCall } from '../../src/phone/api.js';
import { openPhone } from '../../src/phone/open-phone.js';
import { clearestLevels, talkFor, toneOf, untilHeard } from '../support/media/scratch.js';
import { hasBaresip, startBaresip } from '../support/sipp/baresip.js';
import { startProgram } from '../support/sipp/program.js';

const OPERATOR_TONE = 500;
const CLIENT_TONE = 1330;
/** Frequencies of speech far from both tones and their harmonics. */
const SPEECH_BANDS = [220, 290, 370, 710, 860, 1730, 2110];
/** dBFS; the edges of a gap in a tone pass it too, but not for long. */
const SPEECH_LEVEL = -40;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Tenths of a second in which somebody speaks. */
async function tenthsOfSpeech(path: string): Promise<number> {
  const [bands = []] = await measureTonesOfFile(path, { frequencies: SPEECH_BANDS, windowMs: 100 });
  const at = (window: number) => Math.max(...bands.map(({ windows }) => windows[window] ?? -Infinity));
  return [...(bands[0]?.windows.keys() ?? [])].filter((window) => at(window) > SPEECH_LEVEL).length;
}

async function levelsIn(path: string): Promise<readonly number[]> {
  const [levels = []] = await clearestLevels(path, [OPERATOR_TONE, CLIENT_TONE]);
  return levels;
}

/** Settles after half a second without this tone. */
function untilQuiet({ port }: PhoneCall, frequency: number): Promise<void> {
  const heard: number[] = [];
  return new Promise((resolve) => {
    const stop = port.listen((frame) => {
      heard.push(...frame);
      if (heard.length < 4000) return;
      const samples = Int16Array.from(heard.splice(0));
      const [tone] = measureTones(samples, { frequencies: [frequency], windowMs: 100 });
      if ((tone?.windows ?? []).some((level) => level > -50)) return;
      stop();
      resolve();
    });
  });
}

describe.skipIf(!hasBaresip)('baresip is the operator', { timeout: 60_000 }, () => {
  it('of a callback: whisper, key, talk, hold, resume', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baresip-test-'));
    closing.push(() => rm(folder, { recursive: true }));
    const clientHeard = join(folder, 'client.wav');
    const client = await openPhone({
      user: '+4930123456',
      script: {
        onCall: { kind: 'answer', ringing: { kind: 'plain' } },
        play: toneOf(CLIENT_TONE, 60_000),
        recordHeard: () => clientHeard,
      },
    });
    closing.push(() => client.close());
    const rung = new Promise<PhoneCall>((resolve) => {
      client.onCall(resolve);
    });
    const program = await startProgram({
      telephony: {
        trunks: {
          carrier: { gateways: [{ host: '127.0.0.1', port: Number(/:(\d+)$/.exec(client.uri)?.[1]) }] },
        },
        operators: { anna: {} },
        groups: { sales: { operators: ['anna'], country: 'DE' } },
        callbacks: { default: { group: 'sales', trunk: 'carrier' } },
      },
    });
    closing.push(() => program.close());
    const baresip = await startBaresip({
      user: 'anna',
      // This baresip gives up when a challenge in SHA-256 stands beside that in MD5, against RFC 8760 §2.4.
      password: await program.passwordOf('anna', ['MD5']),
      registrar: program.sip,
      frequency: OPERATOR_TONE,
    });
    closing.push(() => baresip.close());
    await expect.poll(() => program.dialtrace.switch.registrations()).toMatchObject([{ user: 'anna' }]);
    const spoken = program.nextEvent('prompt.spoken');
    const bridged = program.nextEvent('call.bridged');
    const held = program.nextEvent('leg.held');
    const resumed = program.nextEvent('leg.resumed');
    await program.dialtrace.app.takeLead({
      source: 'api',
      kind: 'form',
      rawPhone: '+4930123456',
      answers: [],
      touch: {},
    });
    await baresip.event('CALL_INCOMING');
    await baresip.command('accept');
    await baresip.event('CALL_ESTABLISHED');
    await spoken;
    await talkFor(2000);
    await baresip.command('sndcode', '1');
    await bridged;
    const call = await rung;
    await untilHeard(call.port, OPERATOR_TONE);
    await talkFor(1000);
    await baresip.command('hold');
    await held;
    await untilQuiet(call, OPERATOR_TONE);
    await baresip.command('resume');
    await resumed;
    await untilHeard(call.port, OPERATOR_TONE);
    await talkFor(1000);
    await baresip.command('hangup');
    await call.ended;
    const finished = await program.nextFinished();
    await program.untilNothingIsLeft();
    expect(finished.call.disposition).toBe('answered');
    expect(finished.recordings).toMatchObject([{ state: 'ready', channelRoles: ['operator', 'client'] }]);
    // baresip stops writing down what it hears at its first hold.
    const operatorHeard = await baresip.heard();
    expect(await tenthsOfSpeech(operatorHeard)).toBeGreaterThan(7);
    expect((await levelsIn(operatorHeard))[1]).toBeGreaterThan(-20);
    expect(await tenthsOfSpeech(clientHeard)).toBeLessThan(4);
    expect((await levelsIn(clientHeard))[0]).toBeGreaterThan(-20);
  });
});
