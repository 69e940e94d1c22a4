/** What a trunk's settings put on the wire: one row a setting, read from the packets that the carrier gets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OriginateRequest } from '../../src/app/ports/switch.js';
import type { MediaTerms, Trunk } from '../../src/domain/routing/telephony.js';
import type { E164 } from '../../src/domain/values/ids.js';
import type { IncomingCall } from '../../src/sip/api.js';
import { readAudio } from '../../src/wire/sdp.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const MEDIA: MediaTerms = { codecs: ['PCMU', 'PCMA'], dtmf: 'rfc4733', early: 'pass' };
const RULES = { show: 'own', campaigns: {}, assert: [] } as const;
const ALL = ['p-asserted-identity', 'remote-party-id', 'diversion'] as const;
const FACTS = {
  did: '+4930222',
  onBehalfOf: '+4930333',
  campaign: 'may',
} satisfies Partial<OriginateRequest>;

interface Row {
  readonly what: string;
  readonly trunk: Partial<Trunk>;
  readonly request?: Partial<OriginateRequest>;
  /** Header → how it looks; undefined: it is not there. */
  readonly headers?: Readonly<Record<string, RegExp | undefined>>;
  readonly uri?: RegExp;
  readonly codecs?: readonly string[];
  readonly events?: 'offered' | 'not-offered';
}

const ROWS: readonly Row[] = [
  {
    what: 'nothing set: its number, both codecs, telephone-event, no session timer',
    trunk: {},
    headers: {
      From: /<sip:\+4930100@/,
      'Session-Expires': undefined,
      Privacy: undefined,
      'P-Asserted-Identity': undefined,
      'Remote-Party-ID': undefined,
      Diversion: undefined,
    },
    codecs: ['PCMU', 'PCMA'],
    events: 'offered',
  },
  {
    what: 'session 30 minutes',
    trunk: { media: { ...MEDIA, sessionSeconds: 1800 } },
    headers: { 'Session-Expires': /^1800\b/, Supported: /\btimer\b/ },
  },
  { what: 'PCMA first', trunk: { media: { ...MEDIA, codecs: ['PCMA', 'PCMU'] } }, codecs: ['PCMA', 'PCMU'] },
  { what: 'PCMA only', trunk: { media: { ...MEDIA, codecs: ['PCMA'] } }, codecs: ['PCMA'] },
  { what: 'keys by INFO', trunk: { media: { ...MEDIA, dtmf: 'info' } }, events: 'not-offered' },
  { what: 'keys in the audio', trunk: { media: { ...MEDIA, dtmf: 'inband' } }, events: 'not-offered' },
  {
    what: 'the DID dialled, asserted in every way',
    trunk: { callerIdRules: { ...RULES, show: 'tracked', assert: ALL } },
    request: FACTS,
    headers: {
      From: /<sip:\+4930222@/,
      'P-Asserted-Identity': /<sip:\+4930222@/,
      'Remote-Party-ID': /<sip:\+4930222@[^>]+>;party=calling;screen=yes;privacy=off/,
      Diversion: undefined,
      Privacy: undefined,
    },
  },
  {
    what: 'the caller passed through, diverted by the DID',
    trunk: { callerIdRules: { ...RULES, show: 'pass-through', assert: ALL } },
    request: FACTS,
    headers: {
      From: /<sip:\+4930333@/,
      'P-Asserted-Identity': /<sip:\+4930333@/,
      Diversion: /<sip:\+4930222@[^>]+>;reason=unconditional/,
    },
  },
  {
    what: 'a number of the campaign',
    trunk: { callerIdRules: { ...RULES, campaigns: { may: '+4930444' } } },
    request: FACTS,
    headers: { From: /<sip:\+4930444@/ },
  },
  {
    what: 'a hidden caller, known to the carrier only',
    trunk: { callerIdRules: { ...RULES, show: 'hidden', assert: ALL } },
    request: FACTS,
    headers: {
      From: /^"Anonymous" <sip:anonymous@anonymous\.invalid>/,
      Privacy: /^id$/,
      'P-Asserted-Identity': /<sip:\+4930100@/,
      'Remote-Party-ID': /privacy=full/,
    },
  },
  {
    what: 'numbers as in the country, with an outside prefix',
    trunk: { format: 'national', country: 'DE', numbers: { out: [{ from: '0', to: '90' }], in: [] } },
    headers: { From: /<sip:9030100@/ },
    uri: /^sip:9030123456@/,
  },
  {
    what: 'digits only',
    trunk: { format: 'digits' },
    headers: { From: /<sip:4930100@/ },
    uri: /^sip:4930123456@/,
  },
];

function looksLike(name: string, value: string | undefined, looks: RegExp | undefined): void {
  if (looks === undefined) expect(value, name).toBeUndefined();
  else expect(value ?? '', name).toMatch(looks);
}

describe.skipIf(missingServers() !== undefined)(`a trunk on the wire (${kind})`, () => {
  let bed: TestSwitch;
  let carrier: TestPhone;
  let trunk: Trunk;
  beforeAll(async () => {
    carrier = await openTestPhone({ user: 'gw' });
    bed = await openTestSwitch({ trunk: () => ({ trunk }) });
  });
  afterAll(async () => {
    await bed.close();
    await carrier.close();
  });

  function dial(more: Partial<Trunk>, request: Partial<OriginateRequest> = {}) {
    const port = carrier.agent.stack.locals[0]?.port ?? 0;
    trunk = {
      name: 'carrier',
      gateways: [{ host: '127.0.0.1', port, transport: 'udp' }],
      format: 'e164',
      callerId: '+4930100',
      channels: 10,
      callsPerSecond: 10,
      noResponseSeconds: 1,
      ...more,
    };
    const target = { kind: 'trunk', trunk: 'carrier', number: '+4930123456' as E164 } as const;
    return bed.originate({ target, ...request });
  }

  it.each(ROWS)('$what', async ({ trunk: more, request, headers = {}, uri, codecs, events }) => {
    const leg = dial(more, request);
    const call = await carrier.nextCall();
    const audio = readAudio(call.request.body);
    call.reject(404);
    await signalOf(leg, 'ended');
    for (const [name, looks] of Object.entries(headers)) looksLike(name, headerOf(call.request, name), looks);
    if (uri !== undefined) expect(call.request.uri).toMatch(uri);
    if (codecs !== undefined) expect(audio?.codecs.map(({ name }) => name)).toEqual(codecs);
    if (events !== undefined)
      expect(audio?.telephoneEvent === undefined ? 'not-offered' : 'offered').toBe(events);
  });

  async function answered(dtmf: MediaTerms['dtmf']) {
    const leg = dial({ media: { ...MEDIA, dtmf } });
    const call = await carrier.answer(await carrier.nextCall());
    await signalOf(leg, 'answered');
    return { leg, call };
  }
  const press = (digits: string) => [{ kind: 'keys', digits }] as const;

  it('sends keys as RFC 4733 events', async () => {
    const { leg, call } = await answered('rfc4733');
    await leg.play(press('42')).outcome;
    await until('both keys came', () => call.line.heardKeys.length === 2);
    expect(call.line.heardKeys).toEqual(['4', '2']);
    await leg.hangup('normal');
  });

  it('sends keys by INFO', async () => {
    const { leg, call } = await answered('info');
    const bodies: string[] = [];
    call.dialog.on({
      request: (request) => {
        bodies.push(`${request.method} ${headerOf(request, 'Content-Type') ?? ''} ${request.body}`);
        return { status: 200 };
      },
    });
    expect(await leg.play(press('4#')).outcome).toMatchObject({ kind: 'played' });
    expect(bodies).toEqual(
      ['4', '#'].map((key) => `INFO application/dtmf-relay Signal=${key}\r\nDuration=100\r\n`),
    );
    expect(call.line.heardKeys).toEqual([]);
    await leg.hangup('normal');
  });

  it('sends keys in the audio', async () => {
    const { leg, call } = await answered('inband');
    call.line.forget();
    await leg.play(press('5')).outcome;
    // 770 and 1336 Hz (ITU-T Q.23), 100 ms long.
    const shares = () =>
      [770, 1336].map((hertz) =>
        Math.max(
          ...Array.from({ length: Math.floor(call.line.heard.length / 400) }, (_, at) =>
            toneShare(call.line.heard.slice(at * 400, at * 400 + 400), hertz, 0.05),
          ),
        ),
      );
    await until('both tones sounded', () => shares().every((share) => share > 0.3));
    expect(call.line.heardKeys).toEqual([]);
    await leg.hangup('normal');
  });

  describe('sound before the answer', () => {
    async function early(terms: MediaTerms['early']) {
      const leg = dial({ media: { ...MEDIA, early: terms } });
      const signals: string[] = [];
      leg.onSignal((signal) => signals.push(signal.kind));
      const incoming: IncomingCall = await carrier.nextCall();
      const prepared = await carrier.prepare(incoming);
      incoming.ring({ status: 183, body: prepared.sdp });
      await signalOf(leg, 'ringing');
      if (terms === 'pass') await signalOf(leg, 'early-media');
      prepared.answer();
      await signalOf(leg, 'answered');
      await leg.hangup('normal');
      return signals.slice(0, signals.indexOf('answered'));
    }

    it('passes', async () => {
      expect(await early('pass')).toEqual(['ringing', 'early-media']);
    });

    it('is ignored', async () => {
      expect(await early('ignore')).toEqual(['ringing']);
    });
  });
});
