/** Generated valid SIP messages (RFC 3261 §25.1 as far as it matters to a parser). */
import fc from 'fast-check';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from '../../../src/wire/sip-types.js';

const ALPHANUMERICS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'.split(/(?=.)/);
const word = (minLength = 1) =>
  fc.string({ unit: fc.constantFrom(...ALPHANUMERICS), minLength, maxLength: 12 });
const method = fc.constantFrom('INVITE', 'BYE', 'OPTIONS', 'REGISTER', 'MESSAGE', 'INFO', 'NEWMETHOD');
const host = fc.oneof(fc.ipV4(), fc.constantFrom('example.com', '[2001:db8::1]'));
const port = fc.integer({ min: 1, max: 65535 });

export const sipUri: fc.Arbitrary<string> = fc
  .record({ user: fc.option(word()), host, port: fc.option(port), flag: fc.boolean() })
  .map(
    (of) =>
      `sip:${of.user === null ? '' : `${of.user}@`}${of.host}${of.port === null ? '' : `:${String(of.port)}`}${of.flag ? ';lr' : ''}`,
  );

const display = fc.constantFrom('', '"Bob" ', '"a, b; \\"c\\" <d>" ', 'Alice ');
const nameAddr = fc.tuple(display, sipUri).map(([name, uri]) => `${name}<${uri}>`);
const tagged = fc.tuple(nameAddr, word(4)).map(([address, tag]) => `${address};tag=${tag}`);
const via = fc
  .record({ host, port, branch: word(6), transport: fc.constantFrom('UDP', 'TCP') })
  .map((of) => `SIP/2.0/${of.transport} ${of.host}:${String(of.port)};branch=z9hG4bK${of.branch};rport`);

const freeText = fc
  .string({ unit: fc.constantFrom(...'abc 123,;="<>@:/()äé€'.split(/(?=.)/u)), maxLength: 30 })
  .map((text) => text.trim())
  .filter((text) => text !== '');
const extraHeader: fc.Arbitrary<SipHeader> = fc.oneof(
  fc.record({ name: word().map((name) => `X-${name}`), value: freeText }),
  fc.record({ name: fc.constant('Subject'), value: freeText }),
  fc.record({ name: fc.constant('Contact'), value: nameAddr }),
  fc.record({ name: fc.constant('Record-Route'), value: sipUri.map((uri) => `<${uri}>`) }),
);

const body = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constant('v=0\r\ns=-\r\n'),
);

const common = fc.record({
  vias: fc.array(via, { minLength: 1, maxLength: 3 }),
  from: tagged,
  to: fc.oneof(nameAddr, tagged),
  callId: fc.tuple(word(4), host).map(([id, at]) => `${id}@${at}`),
  seq: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  method,
  extra: fc.array(extraHeader, { maxLength: 6 }),
  body,
});

function headersOf(of: Parameters<Parameters<typeof common.map>[0]>[0]): SipHeader[] {
  return [
    ...of.vias.map((value) => ({ name: 'Via', value })),
    { name: 'From', value: of.from },
    { name: 'To', value: of.to },
    { name: 'Call-ID', value: of.callId },
    { name: 'CSeq', value: `${String(of.seq)} ${of.method}` },
    ...of.extra,
  ];
}

export const sipRequest: fc.Arbitrary<SipRequest> = fc.tuple(common, sipUri).map(([of, uri]) => ({
  kind: 'request',
  method: of.method,
  uri,
  headers: headersOf(of),
  body: of.body,
}));

export const sipResponse: fc.Arbitrary<SipResponse> = fc
  .tuple(common, fc.integer({ min: 100, max: 699 }), fc.constantFrom('OK', 'Busy Here', 'Keine Lust', ''))
  .map(([of, status, reason]) => ({
    kind: 'response',
    status,
    reason,
    headers: headersOf(of),
    body: of.body,
  }));

export const sipMessage: fc.Arbitrary<SipMessage> = fc.oneof(sipRequest, sipResponse);
