/** Keys of a talk reach the other party in its own way, once, as long as they were pressed; sequences that are ours do not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeptKeys, Leg } from '../../src/app/ports/switch.js';
import type { MediaTerms, Trunk } from '../../src/domain/routing/telephony.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { InbandDtmf } from '../../src/media/inband-dtmf.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { openTestPhone, type PhoneCall, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

type Way = MediaTerms['dtmf'];

interface Party {
  readonly way: Way;
  readonly leg: Leg;
  readonly call: PhoneCall;
  /** Keys that reached its phone, with their length. */
  readonly heard: { readonly digit: string; readonly ms: number }[];
}

/** As a phone that knows no telephone-event. */
function withoutEvents(answer: string): string {
  return answer.replace(/^(m=audio.*) 101\r$/m, '$1\r').replace(/^a=(?:rtpmap|fmtp):101.*\r\n/gm, '');
}

// Tones are heard in real time: a machine that stalls in one makes two of it, or a short one.
describe.skipIf(missingServers() !== undefined)(`keys of a talk (${kind})`, { retry: 2 }, () => {
  let carrier: TestPhone;
  let bed: TestSwitch;
  let trunk: Trunk | undefined;
  beforeAll(async () => {
    carrier = await openTestPhone();
    bed = await openTestSwitch({ trunk: () => trunk && { trunk } });
  });
  afterAll(async () => {
    await bed.close();
    await carrier.close();
  });

  async function party(way: Way, rewrite?: (answer: string) => string): Promise<Party> {
    const port = carrier.agent.stack.locals[0]?.port ?? 0;
    trunk = {
      name: 'carrier',
      gateways: [{ host: '127.0.0.1', port, transport: 'udp' }],
      format: 'e164',
      callerId: '+4930100',
      channels: 10,
      callsPerSecond: 10,
      noResponseSeconds: 1,
      media: { codecs: ['PCMU', 'PCMA'], dtmf: way, early: 'pass' },
    };
    const leg = bed.originate({ target: { kind: 'trunk', trunk: 'carrier', number: '+4930123456' as E164 } });
    const call = await carrier.answer(await carrier.nextCall(), { ...(rewrite && { rewrite }) });
    await signalOf(leg, 'answered');
    const heard: Party['heard'] = [];
    call.dialog.on({
      request: (request) => {
        const [, digit = '', ms = ''] = /Signal=(.)\r\nDuration=(\d+)/.exec(request.body) ?? [];
        if (headerOf(request, 'Content-Type') === 'application/dtmf-relay')
          heard.push({ digit, ms: Number(ms) });
        return { status: 200 };
      },
    });
    return { way, leg, call, heard };
  }

  /** What came as events or tones, beside INFO. */
  function keysOf({ call: { line }, heard }: Party): Party['heard'] {
    const keys = [...heard, ...line.heardPresses.map(({ digit, samples }) => ({ digit, ms: samples / 8 }))];
    const detector = new InbandDtmf((digit, samples) => keys.push({ digit, ms: samples / 8 }));
    const audio = [...line.heard, ...new Array<number>(800).fill(0)];
    for (let at = 0; at + 160 <= audio.length; at += 160)
      detector.take(Int16Array.from(audio.slice(at, at + 160)));
    return keys;
  }

  /** 5, for 160 ms. */
  async function press({ way, call }: Party): Promise<void> {
    if (way === 'info')
      await call.dialog.request('INFO', {
        headers: [{ name: 'Content-Type', value: 'application/dtmf-relay' }],
        body: 'Signal=5\r\nDuration=160\r\n',
      });
    else if (way === 'rfc4733') await call.line.press('5', 8);
    else {
      call.line.say(770, 1336);
      await frames(call, 8);
      call.line.say(0);
    }
  }

  /** What is said now is on its way. */
  async function frames({ line }: PhoneCall, count: number): Promise<void> {
    const before = line.said;
    await until(`${count} frames were said`, () => line.said >= before + count);
  }

  async function joined(one: Party, two: Party, kept?: KeptKeys) {
    one.call.line.say(0);
    two.call.line.say(0);
    const bridge = one.leg.bridge(two.leg, kept);
    await until('they are joined', () => one.call.line.heard.length > 0);
    for (const { call } of [one, two]) {
      call.line.say(440);
      call.line.forget();
    }
    await until('both hear each other', () =>
      [one, two].every(({ call }) => call.line.heard.some((sample) => Math.abs(sample) > 4000)),
    );
    for (const { call } of [one, two]) {
      call.line.say(0);
      await frames(call, 10);
      call.line.forget();
    }
    return bridge;
  }

  const part = (...parties: readonly Party[]) => Promise.all(parties.map(({ leg }) => leg.hangup('normal')));

  it.each([
    ['rfc4733', 'rfc4733'],
    ['rfc4733', 'info'],
    ['rfc4733', 'inband'],
    ['info', 'inband'],
  ] as const)('%s and %s', async (first, second) => {
    const [one, two] = [await party(first), await party(second)];
    await joined(one, two);
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      await press(from);
      const told = await signalOf(from.leg, 'key');
      expect(told.digit).toBe('5');
      expect(told.durationMs).toBeGreaterThanOrEqual(100);
      expect(told.durationMs).toBeLessThanOrEqual(260);
      await until('the key arrives', () => keysOf(to).some(({ digit }) => digit === '5'));
      await frames(to.call, 20); // A second one would be there by now.
      // Tones of the one are in the voice that the other hears, too; only what it asked for counts.
      const keys = from.way === 'inband' ? keysOf(to).slice(0, 1) : keysOf(to);
      expect(keys).toHaveLength(1);
      expect(keys[0]?.ms).toBeGreaterThanOrEqual(100);
      expect(keys[0]?.ms).toBeLessThanOrEqual(260);
    }
    await part(one, two);
  });

  it('are tones for a phone that took no events', async () => {
    const [one, two] = [await party('rfc4733'), await party('rfc4733', withoutEvents)];
    await joined(one, two);
    await press(one);
    await until('the key arrives', () => keysOf(two).length > 0);
    expect(keysOf(two)).toMatchObject([{ digit: '5' }]);
    expect(two.call.line.heardPresses).toEqual([]);
    await part(one, two);
  });

  it('stay here when they are ours, and go on when they turn out not to be', async () => {
    const [one, two] = [await party('rfc4733'), await party('rfc4733')];
    await joined(one, two, { own: ['*1', '9'], others: [] });
    for (const digit of '*19*25') await one.call.line.press(digit);
    await until('the rest arrives', () => two.call.line.heardKeys.length === 3);
    expect(two.call.line.heardKeys).toEqual(['*', '2', '5']);
    for (const digit of '*1') await two.call.line.press(digit);
    await until('the other has none of its own', () => one.call.line.heardKeys.length === 2);
    expect(one.call.line.heardKeys).toEqual(['*', '1']);
    await part(one, two);
  });
});
