// URIs, addresses, Via, CSeq: what the routing and dialog code takes apart.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCSeq, parseCSeq, parseRAck } from '../../src/wire/sip-cseq.js';
import { formatNameAddr, parseNameAddr, tagOf, withTag } from '../../src/wire/sip-name-addr.js';
import { formatSipUri, parseSipUri } from '../../src/wire/sip-uri.js';
import { branchOf, formatVia, parseVia, responseTarget, viaFrom } from '../../src/wire/sip-via.js';
import { sipUri } from '../support/sip/arbitrary-message.js';

describe('SIP URI', () => {
  it('is written as it was read', () => {
    fc.assert(
      fc.property(sipUri, (text) => {
        expect(formatSipUri(parseSipUri(text)!)).toBe(text);
      }),
    );
  });

  it('keeps every part', () => {
    expect(parseSipUri('sips:%61lice:pw@[2001:db8::1]:5061;transport=tcp;lr?Subject=x&a=b')).toEqual({
      scheme: 'sips',
      user: '%61lice:pw',
      host: '2001:db8::1',
      port: 5061,
      parameters: [{ name: 'transport', value: 'tcp' }, { name: 'lr' }],
      headers: 'Subject=x&a=b',
    });
  });

  it.each([
    '',
    'tel:+4930',
    'sip:',
    'sip:a b@c',
    'sip:@c',
    'sip:a@b:99999',
    'sip:a@b@c',
    '<sip:a@b>',
    'sip:a@b c',
  ])('refuses %j', (text) => {
    expect(parseSipUri(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseSipUri(`sip:${text}`)));
  });
});

describe('name-addr', () => {
  it.each([
    [
      '"Bob \\"B\\" <x>, y" <sip:b@x;p=1>;tag=t1',
      { display: 'Bob "B" <x>, y', uri: 'sip:b@x;p=1', parameters: [{ name: 'tag', value: 't1' }] },
    ],
    ['sip:b@x;tag=t1', { uri: 'sip:b@x', parameters: [{ name: 'tag', value: 't1' }] }],
    ['Bob Smith <sip:b@x>', { display: 'Bob Smith', uri: 'sip:b@x', parameters: [] }],
    [
      '<sip:b@x> ; tag = t1 ;q',
      { uri: 'sip:b@x', parameters: [{ name: 'tag', value: 't1' }, { name: 'q' }] },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseNameAddr(text)).toEqual(expected);
    expect(parseNameAddr(formatNameAddr(expected))).toEqual(expected);
  });

  it.each(['', '<>', '<sip:a@b', '"open <sip:a@b>', 'two words', '<sip:a@b> junk'])('refuses %j', (text) => {
    expect(parseNameAddr(text)).toBeUndefined();
  });

  it('finds and sets tags', () => {
    expect(tagOf('<sip:a@b;tag=no>')).toBeUndefined();
    expect(withTag('<sip:a@b>', 'x')).toBe('<sip:a@b>;tag=x');
    expect(withTag('<sip:a@b>;tag=old;q=1', 'x')).toBe('<sip:a@b>;tag=x;q=1');
  });
});

describe('Via', () => {
  it('is read with white space wherever it may be', () => {
    const via = parseVia('SIP / 2.0 / UDP [2001:db8::9] : 5062 ;branch=z9hG4bKx ;rport')!;
    expect(via).toMatchObject({ transport: 'UDP', host: '2001:db8::9', port: 5062 });
    expect(branchOf(via)).toBe('z9hG4bKx');
    expect(formatVia(via)).toBe('SIP/2.0/UDP [2001:db8::9]:5062;branch=z9hG4bKx;rport');
  });

  it('notes the source, and answers go there (RFC 3581)', () => {
    const seen = viaFrom(parseVia('SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bKx')!, {
      host: '192.0.2.1',
      port: 9999,
    });
    expect(formatVia(seen)).toBe('SIP/2.0/UDP 10.0.0.1;rport=9999;branch=z9hG4bKx;received=192.0.2.1');
    expect(responseTarget(seen)).toEqual({ host: '192.0.2.1', port: 9999 });
  });

  it.each(['', 'SIP/2.0/UDP', 'HTTP/1.1 x', 'SIP/2.0/UDP host:999999'])('refuses %j', (text) => {
    expect(parseVia(text)).toBeUndefined();
  });
});

describe('CSeq and RAck', () => {
  it('are read and written', () => {
    expect(parseCSeq('  4711   INVITE ')).toEqual({ number: 4711, method: 'INVITE' });
    expect(formatCSeq({ number: 1, method: 'BYE' })).toBe('1 BYE');
    expect(parseRAck('17 4711 INVITE')).toEqual({ rseq: 17, cseq: { number: 4711, method: 'INVITE' } });
  });

  it.each(['', '1', 'x INVITE', '2147483648 INVITE', '1 INVITE x', '-1 BYE'])('refuse %j', (text) => {
    expect(parseCSeq(text)).toBeUndefined();
  });
});
