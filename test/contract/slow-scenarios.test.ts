/**
 * Scenarios that last as long as RFC 3261 waits: half a minute on real servers, side by side; a moment on the embedded switch,
 * whose timers are shortened. Each has one trace (traces/scenarios), as those of carrier-scenarios.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InboundCall } from '../../src/app/ports/switch.js';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import { rawCaller } from '../support/scenarios/raw-caller.js';
import { openScribe } from '../support/scenarios/scribe.js';
import { openRawSip } from '../support/switch/raw-sip.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const TIMERS = { t1: 20, t2: 100, transactionLimit: 600 };
/** 64·T1 and some. */
const PATIENCE_MS = kind === 'external' ? 40_000 : 5000;
/** What the signalling server lets go by itself, it has let go by then. */
const SILENCE_MS = kind === 'external' ? 36_000 : 1000;
const TRUNK: Trunk = {
  name: 'carrier',
  gateways: [{ host: '127.0.0.7', port: 5060, transport: 'udp' }],
  format: 'e164',
  channels: 10,
  callsPerSecond: 10,
  noResponseSeconds: 4,
};
const SCANNER = ['User-Agent: friendly-scanner'];

describe.skipIf(missingServers() !== undefined).concurrent(`with patience (${kind})`, () => {
  let bed: TestSwitch;
  const takers = new Map<string, (call: InboundCall) => void>();
  beforeAll(async () => {
    bed = await openTestSwitch({
      sipTimers: TIMERS,
      trunks: { all: () => [{ trunk: TRUNK }], onChange: () => () => undefined },
    });
    bed.listenInstead({ inbound: (call) => takers.get(call.dnis)?.(call) });
  });
  afterAll(() => bed.close());
  const inboundTo = (user: string) => new Promise<InboundCall>((resolve) => takers.set(user, resolve));

  async function unacknowledged(user: string, host: string, scenario: string) {
    const scribe = openScribe();
    const raw = await openRawSip({ host, tap: scribe.tap('caller') });
    const coming = inboundTo(user);
    rawCaller(raw, { uri: bed.sipUri(user) }).invite();
    const { leg, trunk } = await coming;
    await leg.answer();
    const { ending } = await signalOf(leg, 'ended', PATIENCE_MS);
    expect(ending).toMatchObject({ by: 'unknown', reason: 'ACK timeout' });
    raw.answer(await raw.request('BYE'), '200 OK', []);
    await scribe.expectTrace(scenario);
    raw.close();
    return trunk;
  }

  it(
    'a caller whose ACKs are lost hears the answer again and again, then BYE',
    async () => {
      expect(await unacknowledged('ack-lost', '127.0.0.8', 'acks-lost')).toBeUndefined();
    },
    PATIENCE_MS + 5000,
  );

  // Its own socket sends what a forger would: nobody can tell the packets apart. It answers nothing, since it called nobody.
  it(
    'a trunk whose address is forged over UDP hears of a call that nobody acknowledges',
    async () => {
      expect(await unacknowledged('forged', '127.0.0.7', 'trunk-address-forged')).toBe('carrier');
    },
    PATIENCE_MS + 5000,
  );

  it(
    'a scanner hears nothing',
    async () => {
      const scribe = openScribe();
      const scanners = await Promise.all(
        ['INVITE', 'REGISTER', 'OPTIONS'].map(async (method, at) => {
          const raw = await openRawSip({ host: `127.0.0.${20 + at}`, tap: scribe.tap(`scanner-${at + 1}`) });
          rawCaller(raw, { uri: bed.sipUri('100'), headers: SCANNER }).request(method);
          return raw;
        }),
      );
      const since = Date.now();
      await until('its time is over', () => Date.now() - since > SILENCE_MS, PATIENCE_MS);
      await scribe.expectTrace('scanner');
      for (const raw of scanners) raw.close();
    },
    PATIENCE_MS + 5000,
  );
});
