// The classes of RFC 4475 in messages of our own: what must be read, and what must be refused without falling over.
import { describe, expect, it } from 'vitest';
import { headerOf, headersOf, parseSipMessage } from '../../src/wire/sip-message.js';
import { parseNameAddr } from '../../src/wire/sip-name-addr.js';

interface Parts {
  readonly start?: string;
  readonly via?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
  readonly more?: readonly string[];
  readonly body?: string;
}

function message(parts: Parts = {}): Buffer {
  const lines = [
    parts.start ?? 'INVITE sip:user@example.com SIP/2.0',
    parts.via ?? 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKtorture',
    parts.from ?? 'From: <sip:a@example.com>;tag=1',
    parts.to ?? 'To: <sip:b@example.com>',
    parts.callId ?? 'Call-ID: torture@example.com',
    parts.cseq ?? 'CSeq: 1 INVITE',
    ...(parts.more ?? ['Max-Forwards: 70']),
  ];
  return Buffer.from(`${lines.filter((line) => line !== '').join('\r\n')}\r\n\r\n${parts.body ?? ''}`);
}

describe('valid (RFC 4475 §3.1.1)', () => {
  it('a short tortuous INVITE', () => {
    const result = parseSipMessage(
      message({
        start: 'INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0',
        via: 'VIA  : SIP  / 2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw',
        from: 'f  :\r\n "Quote \\" and \\\\ strings"\t<sip:a@example.com>  ;\r\n tag = 98asjd8',
        to: 'TO :\r\n sip:b@example.com ;   tag    = 1918181833n',
        callId: 'i: intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
        cseq: 'CSeq: 0009\r\n  INVITE',
        more: [
          'NewFangledHeader:   newfangled value\r\n continued newfangled value',
          'S:',
          'm:"Quoted string \\"\\"" <sip:j@x> ; newparam = x',
          'l: 0',
        ],
      }),
    );
    expect(result).toMatchObject({ ok: true });
    if (!result.ok) return;
    expect(headerOf(result.message, 'NewFangledHeader')).toBe('newfangled value continued newfangled value');
    expect(parseNameAddr(headerOf(result.message, 'From')!)?.display).toBe('Quote " and \\ strings');
  });

  const cases: readonly (readonly [string, Parts])[] = [
    [
      'a wide range of valid characters in the method',
      {
        start: "!interesting-Method0123456789_*+`.%indeed'~ sip:a@b SIP/2.0",
        cseq: "CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~",
      },
    ],
    ['escaped nulls and percent signs in URIs', { start: 'INVITE sip:null-%00-null@example.com SIP/2.0' }],
    ['a semicolon in the user part', { start: 'INVITE sip:user;par=u%40example.net@example.com SIP/2.0' }],
    ['an unknown scheme in the Request-URI', { start: 'INVITE soap.beep://192.0.2.103:3002 SIP/2.0' }],
    [
      'unusual transports in Via',
      { via: 'Via: SIP/2.0/SCTP 192.0.2.1;branch=z9hG4bKx, SIP/2.0/UNKNOWN 192.0.2.2;branch=z9hG4bKy' },
    ],
    [
      'a reason phrase that is not ASCII',
      { start: 'SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять', cseq: 'CSeq: 1 INVITE' },
    ],
    ['an empty reason phrase', { start: 'SIP/2.0 100 ' }],
    [
      'a second message behind the body',
      { more: ['Content-Length: 3'], body: 'abcINVITE sip:a@b SIP/2.0\r\n\r\n' },
    ],
    [
      'an IPv6 reference in Via',
      { via: 'Via: SIP/2.0/UDP [2001:db8::9:1]:5060;received=[2001:db8::9:255];branch=z9hG4bKas3-111' },
    ],
    [
      'very long values',
      { more: [`Contact: <sip:${'a'.repeat(4000)}@x>`, `User-Agent: ${'b'.repeat(4000)}`] },
    ],
    ['no Max-Forwards', { more: ['Subject: x'] }],
    ['empty lines before the start line', { start: '\r\n\r\nINVITE sip:a@b SIP/2.0' }],
  ];
  it.each(cases)('%s', (_name, parts) => {
    expect(parseSipMessage(message(parts))).toMatchObject({ ok: true });
  });
});

describe('invalid (RFC 4475 §3.1.2, §3.3)', () => {
  const answerable: readonly (readonly [string, Parts])[] = [
    ['Content-Length larger than the message', { more: ['Content-Length: 9999'], body: 'v=0' }],
    ['negative Content-Length', { more: ['Content-Length: -999'] }],
    ['Content-Length values that differ', { more: ['Content-Length: 3', 'Content-Length: 4'], body: 'abcd' }],
    ['CSeq too large', { cseq: 'CSeq: 36893488147419103232 INVITE' }],
    ['CSeq method other than the request', { cseq: 'CSeq: 1 OPTIONS' }],
    ['no Call-ID', { callId: '' }],
    ['no From', { from: '' }],
    ['no Via', { via: '' }],
    ['two From values', { from: 'From: <sip:a@x>;tag=1\r\nFrom: <sip:b@x>;tag=2' }],
    ['two CSeq values', { cseq: 'CSeq: 1 INVITE\r\nCSeq: 2 INVITE' }],
    ['a quote that does not end in To', { to: 'To: "Mr. J. User <sip:j.user@example.com>' }],
    ['white space in the addr-spec of From', { from: 'From: < sip:a@x ;tag=1' }],
    ['a header line without a colon', { more: ['No colon here'] }],
    ['an empty Via protocol', { via: 'Via: ;;,;,,' }],
  ];
  it.each(answerable)('%s: refused, with what a 400 needs', (_name, parts) => {
    const result = parseSipMessage(message(parts));
    expect(result).toMatchObject({ ok: false, partial: { kind: 'request', method: 'INVITE' } });
  });

  const unanswerable: readonly (readonly [string, Parts])[] = [
    ['Request-URI in angle brackets', { start: 'INVITE <sip:user@example.com> SIP/2.0' }],
    ['white space in the Request-URI', { start: 'INVITE sip:user@example.com; lr SIP/2.0' }],
    ['several spaces in the start line', { start: 'INVITE  sip:user@example.com  SIP/2.0' }],
    ['white space at the end of the start line', { start: 'OPTIONS sip:user@example.com SIP/2.0  ' }],
    ['another protocol version', { start: 'OPTIONS sip:t@example.com SIP/7.0' }],
    ['a status code out of range', { start: 'SIP/2.0 4294967301 better not break' }],
    ['no Request-URI', { start: 'INVITE SIP/2.0' }],
  ];
  it.each(unanswerable)('%s: refused', (_name, parts) => {
    expect(parseSipMessage(message(parts))).toEqual({ ok: false, why: 'start line' });
  });

  it('a response without what a response needs', () => {
    expect(parseSipMessage(message({ start: 'SIP/2.0 200 OK', to: '' }))).toEqual({
      ok: false,
      why: 'missing To',
    });
  });

  it('keeps unknown header values that only look wrong', () => {
    const result = parseSipMessage(
      message({
        more: [
          'Date: Fri, 01 Jan 2010 16:00:00 EST',
          'Warning: 1812 overture "In Progress"',
          'Expires: 0 0l@company.com',
        ],
      }),
    );
    expect(result.ok && headersOf(result.message, 'Expires')).toEqual(['0 0l@company.com']);
  });
});
