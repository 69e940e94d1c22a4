import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  DTMF_DIGITS,
  DTMF_EVENT_BYTES,
  digitOfEvent,
  eventOfDigit,
  readDtmfEvent,
  writeDtmfEvent,
} from '../../src/wire/dtmf-event.js';

describe('RFC 4733 event', () => {
  test.prop([
    fc.record({
      event: fc.nat(255),
      phase: fc.constantFrom('going' as const, 'end' as const),
      volume: fc.nat(63),
      duration: fc.nat(0xffff),
    }),
  ])('comes back as it was written', (event) => {
    const payload = Buffer.alloc(DTMF_EVENT_BYTES + 2);
    writeDtmfEvent(payload, 2, event);
    expect(readDtmfEvent(payload, 2, payload.length)).toEqual(event);
  });

  test('reads the bytes of RFC 4733: key 1, end, volume 10, 120 ms', () => {
    const payload = Buffer.from('018a03c0', 'hex');
    expect(readDtmfEvent(payload, 0, 4)).toEqual({ event: 1, phase: 'end', volume: 10, duration: 960 });
  });

  test('keeps a duration beyond 16 bits at its largest value', () => {
    const payload = Buffer.alloc(4);
    writeDtmfEvent(payload, 0, { event: 0, phase: 'going', volume: 10, duration: 70_000 });
    expect(readDtmfEvent(payload, 0, 4)?.duration).toBe(0xffff);
  });

  test('refuses a payload that is too short', () => {
    expect(readDtmfEvent(Buffer.alloc(3), 0, 3)).toBeUndefined();
  });

  test('names sixteen keys and no others', () => {
    for (const [code, digit] of Array.from(DTMF_DIGITS).entries()) {
      expect(digitOfEvent(code)).toBe(digit);
      expect(eventOfDigit(digit.toLowerCase())).toBe(code);
    }
    expect(digitOfEvent(16)).toBeUndefined();
    expect(eventOfDigit('E')).toBeUndefined();
    expect(eventOfDigit('')).toBeUndefined();
  });
});
