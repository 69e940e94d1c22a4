// SIP over a stream: messages and keep-alives in any cut.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeSipMessage } from '../../src/wire/sip-message.js';
import { createSipStreamReader, type SipStreamItem } from '../../src/wire/sip-stream.js';
import { sipMessage } from '../support/sip/arbitrary-message.js';

const LIMITS = { messageBytes: 20_000 };

function readAll(bytes: Buffer, cuts: readonly number[]): SipStreamItem[] {
  const reader = createSipStreamReader(LIMITS);
  const items: SipStreamItem[] = [];
  let rest = bytes;
  for (const cut of [...cuts, bytes.length]) {
    items.push(...reader.push(rest.subarray(0, cut)));
    rest = rest.subarray(cut);
  }
  return items;
}

describe('a SIP stream', () => {
  it('is cut into its messages, however it arrives', () => {
    fc.assert(
      fc.property(
        fc.array(sipMessage, { maxLength: 4 }),
        fc.array(fc.nat({ max: 300 }), { maxLength: 20 }),
        (messages, cuts) => {
          const written = messages.map(writeSipMessage);
          const got = readAll(Buffer.concat(written), cuts).map((item) =>
            item.kind === 'message' ? item.bytes.toString() : item.kind,
          );
          expect(got).toEqual(written.map((bytes) => bytes.toString()));
        },
      ),
    );
  });

  it('has pings and pongs between messages (RFC 5626)', () => {
    const message = 'OPTIONS sip:a SIP/2.0\r\nl: 2\r\n\r\nhi';
    const items = readAll(Buffer.from(`\r\n\r\n${message}\r\n${message}\r\n\r\n`), [1, 1, 1]);
    expect(items.map(({ kind }) => kind)).toEqual(['ping', 'message', 'pong', 'message', 'ping']);
  });

  it.each([
    ['content-length', 'OPTIONS sip:a SIP/2.0\r\nTo: x\r\n\r\n'],
    ['too-large', 'OPTIONS sip:a SIP/2.0\r\nContent-Length: 30000\r\n\r\n'],
    ['too-large', 'x'.repeat(20_001)],
  ])('ends with %s', (why, text) => {
    expect(readAll(Buffer.from(text), [])).toEqual([{ kind: 'fault', why }]);
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readAll(Buffer.from(bytes), [])));
  });
});
