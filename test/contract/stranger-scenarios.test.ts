/**
 * Whoever has no business here, and too many who have: each with its outcome and its one trace (traces/scenarios), on every
 * kind of switch; docs/carrier-scenarios.md lists them all. Trunks are at 127.0.0.1, strangers elsewhere.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import { ha1Of } from '../../src/switch/phones/digest.js';
import { buildOffer } from '../../src/wire/sdp.js';
import { linesFor, readExpected } from '../support/scenarios/expected-trace.js';
import { rawCaller } from '../support/scenarios/raw-caller.js';
import { authorisation, contactOf, sendRegister, type Account } from '../support/scenarios/raw-register.js';
import { openScribe } from '../support/scenarios/scribe.js';
import { openRawSip, type RawSip } from '../support/switch/raw-sip.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const REALM = 'dialtrace.test';
const OFFER = buildOffer({ address: '127.0.0.1', port: 9, sessionId: 1, sessionVersion: 1 });
const PER_SECOND = 25;
const OFFERED = 60;
/** How often something was repeated says how busy the machine is. */
const AGAIN = ', again and again';

describe.skipIf(missingServers() !== undefined)(`strangers and floods (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;
  /** At the carrier's address; in no trace. */
  let untold: TestPhone;
  let terms: Partial<Trunk> = {};
  const scribe = openScribe();
  const opened: RawSip[] = [];
  const trunk = (): Trunk => ({
    name: 'carrier',
    gateways: [{ host: '127.0.0.1', port: carrier.agent.stack.locals[0]?.port ?? 0, transport: 'udp' }],
    format: 'e164',
    channels: 100,
    callsPerSecond: 100,
    noResponseSeconds: 1,
    ...terms,
  });
  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'carrier', tap: scribe.tap('carrier') });
    untold = await openTestPhone();
    bed = await openTestSwitch({
      trunk: () => ({ trunk: trunk() }),
      trunks: { all: () => [{ trunk: trunk() }], onChange: () => () => undefined },
      registrar: {
        realm: REALM,
        credentials: (user, realm, algorithm) => Promise.resolve(ha1Of(algorithm, user, realm, 'geheim')),
      },
      admission: { callsPerSecond: PER_SECOND, mostLagMs: Number.POSITIVE_INFINITY, eventLoopLagMs: () => 0 },
    });
    // As the application does with senders that it does not know.
    bed.listenInstead({
      inbound: ({ leg, trunk: known }) => void leg.reject(known === undefined ? 403 : 404),
    });
  });
  beforeEach(() => {
    terms = {};
    scribe.forget();
  });
  afterEach(async () => {
    for (const raw of opened.splice(0)) raw.close();
    await bed.cleanUp();
  });
  afterAll(async () => {
    await bed.close();
    await Promise.all([carrier.close(), untold.close()]);
  });
  const open = async (party: string, host: string) => {
    const raw = await openRawSip({ host, tap: scribe.tap(party) });
    opened.push(raw);
    return raw;
  };
  const refused = async (raw: RawSip, options: { readonly headers?: readonly string[] } = {}) => {
    const caller = rawCaller(raw, { uri: bed.sipUri('1000'), ...options });
    caller.invite();
    const answer = await raw.response('INVITE');
    caller.ack(answer);
    return answer.status;
  };
  const accountOf = (user: string): Account => ({
    ...{ user, realm: REALM, password: 'geheim' },
    port: Number(/:(\d+)$/.exec(bed.sipUri('x'))?.[1]),
  });
  /** Whatever was sent before has been looked at by then. */
  const trunkIsAnswered = async () => {
    const outcome = await untold.agent.invite({ uri: bed.sipUri('1000'), body: OFFER }).outcome;
    expect(outcome).toMatchObject({ kind: 'failed', response: { status: 404 } });
  };

  it('a stranger who writes a trunk’s address into its headers is known by where its packets come from', async () => {
    const stranger = await open('stranger', '127.0.0.2');
    const asserted = [
      'P-Asserted-Identity: <sip:+4930111@127.0.0.1>',
      `Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx`,
    ];
    expect(await refused(stranger, { headers: asserted })).toBe(403);
    await scribe.expectTrace('trunk-address-in-headers');
  });

  it('a stranger who takes the address of a trunk that speaks TCP for its UDP packets is a stranger', async () => {
    terms = { gateways: [{ host: '127.0.0.1', port: 5060, transport: 'tcp' }] };
    const stranger = await open('stranger', '127.0.0.1');
    expect(await refused(stranger)).toBe(403);
    await scribe.expectTrace('udp-from-a-tcp-trunk');
  });

  it('a stranger who is refused again and again hears nothing more; a trunk is always answered', async () => {
    const stranger = await open('stranger', '127.0.0.4');
    for (let call = 0; call < 5; call += 1) expect(await refused(stranger)).toBe(403);
    rawCaller(stranger, { uri: bed.sipUri('1000') }).invite();
    for (let call = 0; call < 7; call += 1) await trunkIsAnswered();
    await scribe.expectTrace('refused-again-and-again');
  });

  it('a stranger who overhears the REGISTER of a phone cannot take its calls', async () => {
    const phone = await open('phone', '127.0.0.5');
    const thief = await open('thief', '127.0.0.6');
    const anna = accountOf('anna');
    const challenge = await sendRegister(phone, anna, [contactOf(phone, anna)]);
    const overheard = authorisation(challenge, anna);
    expect((await sendRegister(phone, anna, [contactOf(phone, anna), overheard])).status).toBe(200);
    expect((await sendRegister(thief, anna, [contactOf(thief, anna), overheard])).status).toBe(401);
    expect(bed.switch.registrations()).toMatchObject([{ source: `127.0.0.5:${phone.port}` }]);
    await scribe.expectTrace('registration-hijack');
  });

  it('a stranger who calls from the address of a phone is asked for its password', async () => {
    const phone = await open('phone', '127.0.0.5');
    const olga = accountOf('olga');
    const contact = contactOf(phone, olga);
    await sendRegister(phone, olga, [
      contact,
      authorisation(await sendRegister(phone, olga, [contact]), olga),
    ]);
    const neighbour = await open('neighbour', '127.0.0.5');
    expect(await refused(neighbour)).toBe(401);
    await scribe.expectTrace('call-from-a-phones-address');
  });

  it('60 calls in a second offered to a switch that takes 25: 25 are completed, the rest hear 503, within 5 s calls come in again', async () => {
    const undo = bed.listenInstead({
      inbound: ({ leg }) => void leg.answer().then(() => leg.hangup('normal')),
    });
    const quiet = Date.now();
    await until('the calls of before are a second old', () => Date.now() - quiet > 1000);
    scribe.forget();
    const started = Date.now();
    const place = () => carrier.agent.invite({ uri: bed.sipUri('1000'), body: OFFER }).outcome;
    const outcomes = await Promise.all(Array.from({ length: OFFERED }, place));
    const finished = Date.now();
    const answered = outcomes.filter(({ kind: each }) => each === 'answered').length;
    expect(answered).toBeGreaterThanOrEqual(PER_SECOND);
    // A machine that needs longer than a second to take sixty has let the next second's calls in.
    expect(answered).toBeLessThanOrEqual(PER_SECOND * (1 + Math.floor((finished - started) / 1000)));
    await until('every call is over', () => bed.switch.status().legs === 0);
    const traces = ['flood-taken', 'flood-refused'].map((name) => linesFor(kind, readExpected(name)));
    await expect
      .poll(() => {
        const seen = scribe.calls().map((lines) => lines.map((line) => line.replace(AGAIN, '')).join('\n'));
        return [...traces.map((each) => seen.filter((one) => one === each.join('\n')).length), seen.length];
      })
      .toEqual([answered, OFFERED - answered, OFFERED]);
    await expect
      .poll(async () => (await place()).kind, { timeout: 5000 - (Date.now() - finished), interval: 100 })
      .toBe('answered');
    undo();
  });
});
