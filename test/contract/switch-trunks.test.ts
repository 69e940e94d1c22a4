/** The Switch port and carriers: registrations, probes, overload, and what is kept of their messages. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import type { Trunk } from '../../src/domain/routing/telephony.js';
import { summaryOf, type GatewayAttempt, type SipTrace } from '../../src/domain/signalling/signalling.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { digestResponse, ha1Of, parseDigest } from '../../src/switch/phones/digest.js';
import type { TrunkWithPassword } from '../../src/switch/options.js';
import { buildOffer } from '../../src/wire/sdp.js';
import { headerOf } from '../../src/wire/sip-message.js';
import type { SipRequest } from '../../src/wire/sip-types.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const OFFER = buildOffer({ address: '127.0.0.1', port: 9, sessionId: 1, sessionVersion: 1 });

describe.skipIf(missingServers() !== undefined)(`switch and carriers (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;
  let other: TestPhone;
  const trunks = new Map<string, TrunkWithPassword>();
  const listeners = new Set<() => void>();
  const put = (...given: readonly Trunk[]) => {
    trunks.clear();
    for (const trunk of given) trunks.set(trunk.name, { trunk, password: 'pass' });
    for (const listener of listeners) listener();
  };
  const trunkTo = (phones: readonly TestPhone[], more: Partial<Trunk> = {}): Trunk => ({
    name: 'carrier',
    gateways: phones.map(({ agent }) => ({
      host: '127.0.0.1',
      port: agent.stack.locals[0]?.port ?? 0,
      transport: 'udp' as const,
    })),
    format: 'e164',
    channels: 100,
    callsPerSecond: 100,
    noResponseSeconds: 1,
    username: 'acme',
    ...more,
  });
  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'gw1' });
    other = await openTestPhone({ user: 'gw2' });
    bed = await openTestSwitch({
      trunk: (name) => trunks.get(name),
      trunks: {
        all: () => [...trunks.values()],
        onChange: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      },
      resolve: ({ host }) =>
        Promise.resolve(
          host === 'gw.example'
            ? {
                kind: 'hops',
                hops: [
                  { address: '127.0.0.1', port: carrier.agent.stack.locals[0]?.port ?? 0, transport: 'udp' },
                ],
              }
            : { kind: 'unresolved', why: 'no such name' },
        ),
    });
  });
  afterEach(() => bed.cleanUp());
  afterAll(async () => {
    put();
    await bed.close();
    await Promise.all([carrier.close(), other.close()]);
  });
  const stateOf = () => bed.switch.trunks()[0];
  const targetOf = (uri: string) => ({ kind: 'uri' as const, uri });

  describe('a trunk that registers', () => {
    it('answers the challenge, shows its state, and takes the binding back when it goes', async () => {
      const seen: SipRequest[] = [];
      carrier.agent.onRequest((request) => {
        if (request.method !== 'REGISTER') return { status: 200 };
        seen.push(request);
        const given = parseDigest(headerOf(request, 'Authorization') ?? '');
        if (given === undefined)
          return {
            status: 401,
            headers: [{ name: 'WWW-Authenticate', value: 'Digest realm="c", nonce="n", qop="auth"' }],
          };
        const qop = { name: 'auth', nc: given['nc'] ?? '', cnonce: given['cnonce'] ?? '' };
        const inputs = {
          algorithm: 'MD5',
          ha1: ha1Of('MD5', 'acme', 'c', 'pass'),
          method: 'REGISTER',
        } as const;
        const right = digestResponse({ ...inputs, uri: given['uri'] ?? '', nonce: 'n', qop });
        return given['response'] === right
          ? {
              status: 200,
              headers: [{ name: 'Contact', value: `${headerOf(request, 'Contact') ?? ''};expires=300` }],
            }
          : { status: 403 };
      });
      put(trunkTo([carrier], { registration: { expiresSeconds: 600 } }));
      await until('registered', () => stateOf()?.registration?.state === 'registered');
      const [, second] = seen;
      expect(headerOf(second as SipRequest, 'Expires')).toBe('600');
      expect(headerOf(second as SipRequest, 'Contact')).toMatch(/^<sip:acme@127\.0\.0\.1/);
      put();
      await until('binding taken back', () => seen.some((request) => headerOf(request, 'Expires') === '0'));
    });

    it('says why it is refused', async () => {
      carrier.agent.onRequest(() => ({ status: 403 }));
      put(trunkTo([carrier], { registration: { expiresSeconds: 600 } }));
      await until('refused', () => stateOf()?.registration?.state === 'failed');
      expect(stateOf()?.registration?.why).toBe('the registrar refused the account with 403');
    });
  });

  describe('gateways', () => {
    it('are probed: a name that leads nowhere is down, one that answers is up and tried first', async () => {
      carrier.agent.onRequest(() => ({ status: 404 }));
      const gateways = [
        { host: 'dead.example', transport: 'udp' as const },
        { host: 'gw.example', transport: 'udp' as const },
      ];
      put(trunkTo([], { gateways, probe: { intervalSeconds: 1, downAfter: 1, upAfter: 1 } }));
      await until('probed', () => stateOf()?.gateways.every(({ state }) => state !== 'unknown') === true);
      expect(stateOf()?.gateways).toMatchObject([{ state: 'down' }, { state: 'up' }]);
      const leg = bed.originate({ target: { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } });
      const call = await carrier.nextCall();
      expect(call.request.uri).toBe('sip:+4930111@gw.example');
      call.reject(486);
      await signalOf(leg, 'ended');
    });

    it('go down when nobody listens any more, and come up after as many answers as the trunk says', async () => {
      const seen: (string | undefined)[] = [];
      const open = async (port: number) => {
        const agent = await openUserAgent({
          bind: [{ protocol: 'tcp', host: '127.0.0.1', port }],
          user: 'gw',
        });
        agent.onRequest(() => {
          seen.push(stateOf()?.gateways[0]?.state);
          return { status: 404 };
        });
        return agent;
      };
      const before = await open(0);
      const port = before.stack.locals[0]?.port ?? 0;
      const gateways = [{ host: '127.0.0.1', port, transport: 'tcp' as const }];
      put(trunkTo([], { gateways, probe: { intervalSeconds: 0.05, downAfter: 2, upAfter: 3 } }));
      const isNow = (state: string) => until(state, () => stateOf()?.gateways[0]?.state === state, 10_000);
      await isNow('up');
      await before.close();
      await isNow('down');
      seen.splice(0);
      const after = await open(port);
      await isNow('up');
      expect(seen.slice(0, 3)).toEqual(['down', 'down', 'down']);
      put();
      await after.close();
    });

    it('each leave a record of their INVITE, and the messages of the leg are told without secrets', async () => {
      const attempts: GatewayAttempt[] = [];
      const traces: SipTrace[] = [];
      const undo = bed.listenInstead({
        attempted: (attempt) => attempts.push(attempt),
        traced: (trace) => traces.push(trace),
      });
      put(trunkTo([carrier, other]));
      const leg = bed.originate({ target: { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } });
      (await carrier.nextCall()).reject(407, {
        headers: [{ name: 'Proxy-Authenticate', value: 'Digest realm="c", nonce="n", qop="auth"' }],
      });
      (await carrier.nextCall()).reject(503);
      const call = await other.nextCall();
      call.ring({ status: 180 });
      await signalOf(leg, 'ringing');
      call.reject(603);
      await signalOf(leg, 'ended');
      await until('two attempts', () => attempts.length === 2);
      expect(attempts).toMatchObject([
        { trunk: 'carrier', sipStatus: 503, outcome: 'next-gateway', why: 'the gateway failed' },
        { trunk: 'carrier', sipStatus: 603, outcome: 'ended', why: 'the party declined' },
      ]);
      expect(attempts.every(({ postDialDelayMs }) => postDialDelayMs !== undefined)).toBe(true);
      undo();
      expect(traces.map(({ direction, text }) => `${direction} ${summaryOf(text)}`)).toEqual(
        expect.arrayContaining([
          'out INVITE',
          'in 503 Service Unavailable',
          'in 180 Ringing',
          'in 603 Decline',
        ]),
      );
      const answered = traces.find(({ text }) => /^proxy-authorization:/im.test(text));
      expect(answered?.text).toContain('response="(removed)"');
    });
  });

  it.skipIf(kind === 'external')(
    'a media server that tells of too little idle processor gets no call',
    async () => {
      // Nobody is idler than wholly: what the server tells is always too little.
      const terms = { callsPerSecond: 100, mostLagMs: Number.POSITIVE_INFINITY, eventLoopLagMs: () => 0 };
      const busy = await openTestSwitch({ admission: { ...terms, leastIdleCpu: 1.01 } });
      await until('it has told', () => busy.switch.status().overload === 'processor');
      const refused = await carrier.agent.invite({ uri: busy.sipUri('1000'), body: OFFER }).outcome;
      expect(refused).toMatchObject({ kind: 'failed', response: { status: 503 } });
      await busy.close();
    },
  );

  it('a leg to a plain URI leaves no record of a gateway', async () => {
    const attempts: GatewayAttempt[] = [];
    const undo = bed.listenInstead({ attempted: (attempt) => attempts.push(attempt) });
    const leg = bed.originate({ target: targetOf(carrier.uri) });
    (await carrier.nextCall()).reject(486);
    await signalOf(leg, 'ended');
    undo();
    expect(attempts).toEqual([]);
  });
});
