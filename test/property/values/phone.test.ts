/** `parsePhone` is total, and what it made once it makes again. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { parsePhone } from '../../../src/domain/values/phone.js';

const country = fc.constantFrom(undefined, 'RU', 'VN', 'CZ', 'US', 'de', 'nowhere');
const written = fc.oneof(fc.string(), fc.stringMatching(/^[+\d ()-]{3,20}$/));

describe('parsePhone', () => {
  it.prop([written, country])('never throws, and gives E.164 or a reason', (raw, home) => {
    const phone = parsePhone(raw, home);
    if (phone.ok) expect(phone.e164).toMatch(/^\+[1-9]\d{4,14}$/);
    else expect(phone.why).toMatch(/^[a-z-]+$/);
  });

  it.prop([fc.integer({ min: 1_000_000, max: 9_999_999 }), country])(
    'reads its own answer back',
    (digits, home) => {
      const first = parsePhone(`+7916${digits}`, home);
      if (first.ok) expect(parsePhone(first.e164, home)).toEqual(first);
      expect(first.ok).toBe(true);
    },
  );
});
