/** Part `parse`: our SIP parser beside the `sip` package's and drachtio-srf's, on the same messages in turns. */
import { createRequire } from 'node:module';
import { systemClock } from '../../sip/system.js';
import { SrfLibrary } from '../../switch/libraries.js';
import { headerOf, parseSipMessage } from '../../wire/sip-message.js';
import { figure, percentile, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';

const SDP = [
  'v=0',
  'o=FreeSWITCH 1732247923 1732247924 IN IP4 203.0.113.10',
  's=FreeSWITCH',
  'c=IN IP4 203.0.113.10',
  't=0 0',
  'm=audio 28014 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

const COMMON = [
  'Via: SIP/2.0/UDP 203.0.113.5:5060;rport;branch=z9hG4bKHmD4e3U4Q5ZKp',
  'Via: SIP/2.0/UDP 198.51.100.7:5060;received=198.51.100.7;branch=z9hG4bK-524287-1---3f2c9a1b0c',
  'From: "Ivan Petrov" <sip:+79161234567@203.0.113.5>;tag=Sg7eXy4F1tQvp',
  'To: <sip:+74951234567@203.0.113.9:5060>',
  'Call-ID: 01m80nv5kk054nads87rzryrq8@dialtrace',
  'CSeq: 105823941 INVITE',
  'Contact: <sip:203.0.113.5:5060;transport=udp>',
  'Max-Forwards: 69',
  'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REFER, NOTIFY',
  'Supported: timer, path, replaces, 100rel',
  'User-Agent: Carrier SBC 7.2.1',
];

function message(startLine: string, body: string): Buffer {
  const tail =
    body === '' ? ['Content-Length: 0'] : ['Content-Type: application/sdp', `Content-Length: ${body.length}`];
  return Buffer.from([startLine, ...COMMON, ...tail, '', body].join('\r\n'));
}

/** What goes by in one call. */
const MESSAGES: readonly Buffer[] = [
  message('INVITE sip:+74951234567@203.0.113.9:5060 SIP/2.0', SDP),
  message('SIP/2.0 100 Trying', ''),
  message('SIP/2.0 180 Ringing', ''),
  message('SIP/2.0 200 OK', SDP),
];

/** Parses, and reads what every program needs: the Call-ID. */
type Parser = (bytes: Buffer) => string;

const ours: Parser = (bytes) => {
  const parsed = parseSipMessage(bytes);
  return parsed.ok ? (headerOf(parsed.message, 'Call-ID') ?? '') : '';
};

/** Undefined where the package is not installed: it is a development dependency. */
function sipPackage(): Parser | undefined {
  try {
    const { parse } = createRequire(import.meta.url)('sip') as {
      parse: (text: string) => { headers: { 'call-id': string } };
    };
    return (bytes) => parse(bytes.toString('utf8')).headers['call-id'];
  } catch {
    return undefined;
  }
}

function srfParser(): Parser {
  const { SipMessage } = SrfLibrary as unknown as {
    SipMessage: new (text: string) => { get(name: string): string };
  };
  return (bytes) => new SipMessage(bytes.toString('utf8')).get('Call-ID');
}

const ROUNDS = 7;
const ROUND_MS = 300;
const CALL_ID = '01m80nv5kk054nads87rzryrq8@dialtrace';

function perSecond(parse: Parser): number {
  const startedAt = systemClock.now();
  let count = 0;
  while (systemClock.now() - startedAt < ROUND_MS) {
    for (const bytes of MESSAGES)
      if (parse(bytes) !== CALL_ID) throw new Error('a parser did not read the Call-ID');
    count += MESSAGES.length;
  }
  return (count * 1000) / (systemClock.now() - startedAt);
}

/** In turns, so that a noisy moment meets all of them. */
export function parseRate({ say }: BenchOptions): Promise<Figures> {
  say('parse: SIP messages');
  const theirs = sipPackage();
  const parsers: readonly (readonly [string, Parser])[] = [
    ['ours', ours],
    ['drachtio-srf', srfParser()],
    ...(theirs === undefined ? [] : [['sip', theirs] as const]),
  ];
  const rates = new Map(parsers.map(([name]) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, parse] of parsers) rates.get(name)?.push(perSecond(parse));
  const median = (name: string): number => percentile(rates.get(name) ?? [], 0.5);
  const beside = (name: string) => ({ what: `messages a second by ${name}`, value: median(name) });
  return Promise.resolve({
    beside_drachtio_srf: figure({ value: median('ours'), unit: '/s', beside: beside('drachtio-srf') }),
    ...(theirs && { beside_sip: figure({ value: median('ours'), unit: '/s', beside: beside('sip') }) }),
  });
}
