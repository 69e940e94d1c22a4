// Our SIP codec against two others, on generated valid messages: the `sip` package and drachtio-srf's own parser.
import fc from 'fast-check';
import Srf from 'drachtio-srf';
import kirm from 'sip';
import { describe, expect, it } from 'vitest';
import { headerOf, headersOf, parseSipMessage, writeSipMessage } from '../../src/wire/sip-message.js';
import { parseNameAddr } from '../../src/wire/sip-name-addr.js';
import type { SipMessage } from '../../src/wire/sip-types.js';
import { parameterOf } from '../../src/wire/sip-tokens.js';
import { parseVia } from '../../src/wire/sip-via.js';
import { sipMessage, sipRequest } from '../support/sip/arbitrary-message.js';

const SrfMessage = (Srf as unknown as { SipMessage: new (text: string) => SrfMessageShape }).SipMessage;
interface SrfMessageShape {
  readonly method: string;
  readonly uri: string;
  readonly body: string;
  get(name: string): string;
}

const ours = (bytes: Buffer) => {
  const result = parseSipMessage(bytes);
  if (!result.ok) throw new Error(result.why);
  return result.message;
};

/** The `sip` package does not know IPv6 references. */
const withoutIPv6 = (message: SipMessage) => !message.headers.some(({ value }) => value.includes('[2001:'));

describe('the `sip` package', () => {
  it('reads what we write as we do', () => {
    fc.assert(
      fc.property(sipMessage.filter(withoutIPv6), (message) => {
        const theirs = kirm.parse(writeSipMessage(message).toString('utf8'));
        expect(theirs.method ?? theirs.status).toBe(
          message.kind === 'request' ? message.method : message.status,
        );
        expect(theirs.headers['call-id']).toBe(headerOf(message, 'Call-ID'));
        expect(`${String(theirs.headers.cseq.seq)} ${theirs.headers.cseq.method}`).toBe(
          headerOf(message, 'CSeq'),
        );
        const from = parseNameAddr(headerOf(message, 'From')!)!;
        expect(theirs.headers.from.uri).toBe(from.uri);
        expect(theirs.headers.from.params['tag']).toBe(parameterOf(from.parameters, 'tag'));
        const branches = headersOf(message, 'Via').map((value) =>
          parameterOf(parseVia(value)!.parameters, 'branch'),
        );
        expect(theirs.headers.via.map((via) => via.params['branch'])).toEqual(branches);
      }),
    );
  });

  it('writes what we read as it does', () => {
    fc.assert(
      fc.property(sipRequest.filter(withoutIPv6), (request) => {
        const text = kirm.stringify(kirm.parse(writeSipMessage(request).toString('utf8')));
        const again = ours(Buffer.from(text));
        expect(again).toMatchObject({ kind: 'request', method: request.method, uri: request.uri });
        expect(headersOf(again, 'Via')).toHaveLength(headersOf(request, 'Via').length);
        expect(headerOf(again, 'Call-ID')).toBe(headerOf(request, 'Call-ID'));
      }),
    );
  });
});

describe('drachtio-srf', () => {
  it('reads what we write as we do', () => {
    fc.assert(
      fc.property(sipRequest, (request) => {
        const theirs = new SrfMessage(writeSipMessage(request).toString('utf8'));
        expect(theirs.method).toBe(request.method);
        expect(theirs.uri).toBe(request.uri);
        expect(theirs.get('Call-ID')).toBe(headerOf(request, 'Call-ID'));
        expect(theirs.get('From')).toBe(headerOf(request, 'From'));
        expect(theirs.get('CSeq')).toBe(headerOf(request, 'CSeq'));
        expect(theirs.body).toBe(request.body);
      }),
    );
  });
});
