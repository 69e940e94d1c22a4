// The SIP codec: round trips, forms of writing, limits, and bytes that nobody should send.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  headerOf,
  headersOf,
  parseSipMessage,
  parseSipText,
  withHeader,
  withoutHeader,
  writeSipMessage,
} from '../../src/wire/sip-message.js';
import { sipMessage, sipRequest } from '../support/sip/arbitrary-message.js';

const LINES = [
  'OPTIONS sip:a@127.0.0.1 SIP/2.0',
  'v: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKa , SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKb',
  'f: <sip:f@x>;tag=1',
  't: <sip:t@x>',
  'i: c1',
  'cseq: 1 OPTIONS',
  'subject : folded',
  '  over\t ',
  ' three lines',
  'k: 100rel, timer',
  'l: 0',
];
const bytesOf = (lines: readonly string[], body = '') => Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);

function parsed(bytes: Uint8Array) {
  const result = parseSipMessage(bytes);
  if (!result.ok) throw new Error(result.why);
  return result.message;
}

describe('round trip', () => {
  it('reads back what it wrote, with the length in bytes', () => {
    fc.assert(
      fc.property(sipMessage, (message) => {
        const length = { name: 'Content-Length', value: String(Buffer.byteLength(message.body)) };
        expect(parsed(writeSipMessage(message))).toEqual({
          ...message,
          headers: [...message.headers, length],
        });
      }),
    );
  });

  it('writes again the same bytes that it read', () => {
    fc.assert(
      fc.property(sipMessage, (message) => {
        const bytes = writeSipMessage(message);
        expect(writeSipMessage(parsed(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('corrects a wrong Content-Length in its place', () => {
    const message = withHeader(parsed(bytesOf(LINES)), 'l', '99');
    const text = writeSipMessage({ ...message, body: 'Grüße €' }).toString('utf8');
    expect(text).toContain('Supported: 100rel, timer\r\nContent-Length: 11\r\n\r\nGrüße €');
  });
});

describe('forms of writing', () => {
  const message = parsed(bytesOf(LINES));

  it('gives compact and lower-case names their long form', () => {
    expect(message.headers.map(({ name }) => name)).toEqual([
      'Via',
      'From',
      'To',
      'Call-ID',
      'CSeq',
      'Subject',
      'Supported',
      'Content-Length',
    ]);
  });

  it('joins folded lines', () => {
    expect(headerOf(message, 's')).toBe('folded over three lines');
  });

  it('splits lists at commas, but not inside quotes, brackets or single-value headers', () => {
    expect(headersOf(message, 'Via')).toHaveLength(2);
    expect(headersOf(message, 'supported')).toEqual(['100rel', 'timer']);
    const tricky = withHeader(message, 'Contact', ['"a, b" <sip:x@y;p=1,2>', 'sip:z@y']);
    expect(headersOf(tricky, 'm')).toEqual(['"a, b" <sip:x@y;p=1,2>', 'sip:z@y']);
    expect(headersOf(withHeader(message, 'Date', 'Sat, 13 Nov 2010'), 'Date')).toEqual(['Sat, 13 Nov 2010']);
  });

  it('replaces and removes headers in any spelling, and leaves the original alone', () => {
    expect(headerOf(withHeader(message, 'SUBJECT', 'new'), 'Subject')).toBe('new');
    expect(headerOf(withoutHeader(message, 's'), 'Subject')).toBeUndefined();
    expect(headerOf(message, 'Subject')).toBe('folded over three lines');
  });
});

describe('body', () => {
  it('ends at Content-Length; bytes behind it are ignored', () => {
    const lines = [...LINES.slice(0, -1), 'l: 3'];
    expect(parsed(bytesOf(lines, 'abcdef')).body).toBe('abc');
  });

  it('is the rest of the datagram without Content-Length', () => {
    expect(parsed(bytesOf(LINES.slice(0, -1), 'abcdef')).body).toBe('abcdef');
  });

  it('shorter than Content-Length makes the message malformed', () => {
    expect(parseSipMessage(bytesOf([...LINES.slice(0, -1), 'l: 7'], 'abcdef'))).toMatchObject({ ok: false });
  });

  it('of a text from an application is the rest, whatever its Content-Length says', () => {
    const result = parseSipText('SIP/2.0 200 OK\r\nContent-Length: 1\r\n\r\nGrüße');
    expect(result).toMatchObject({ ok: true, message: { status: 200, body: 'Grüße' } });
  });
});

describe('limits', () => {
  const limits = { messageBytes: 2000, headerCount: 20, headerBytes: 200 };
  it.each([
    ['too-large', bytesOf(LINES, 'x'.repeat(3000))],
    ['too many headers', bytesOf([...LINES, ...Array.from({ length: 20 }, (_, at) => `X-${String(at)}: 1`)])],
    ['header too long', bytesOf([...LINES, `X-Long: ${'x'.repeat(300)}`])],
  ])('%s', (why, bytes) => {
    expect(parseSipMessage(bytes, limits)).toMatchObject({ ok: false, why });
  });
});

describe('fuzz', () => {
  it('never throws on arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void parseSipMessage(bytes)));
  });

  it('never throws on a valid message with bytes changed, cut or doubled', () => {
    const harm = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      kind: fc.constantFrom('set', 'cut', 'insert'),
    });
    fc.assert(
      fc.property(sipRequest, fc.array(harm, { minLength: 1, maxLength: 8 }), (message, harms) => {
        let bytes = [...writeSipMessage(message)];
        for (const { at, byte, kind } of harms) {
          const where = at % (bytes.length + 1);
          if (kind === 'set') bytes[where] = byte;
          else if (kind === 'cut') bytes = bytes.slice(0, where);
          else bytes.splice(where, 0, byte);
        }
        const result = parseSipMessage(Uint8Array.from(bytes));
        // What it accepts it must be able to write, and to read again as the same.
        if (result.ok)
          expect(parsed(writeSipMessage(result.message)).headers.length).toBeGreaterThanOrEqual(5);
      }),
    );
  });
});
