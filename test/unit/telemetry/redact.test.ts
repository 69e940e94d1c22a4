/** No secret and no whole phone number gets into a log line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/errors.js';
import { cleanFields, cleanText, maskPhone } from '../../../src/telemetry/redact.js';

describe('phone numbers', () => {
  it.each([
    ['+79161234567', '+7916***4567'],
    ['79161234567', '7916***4567'],
    ['+7 (916) 123-45-67', '+7916***4567'],
    ['+4930123456', '+493***456'],
    ['1234567', '12***67'],
    ['123', '***'],
  ])('%s is written %s', (number, masked) => {
    expect(maskPhone(number)).toBe(masked);
  });

  it.each([
    ['calling +79161234567 now', 'calling +7916***4567 now'],
    ['client 8 said +7 (916) 123-45-67, twice', 'client 8 said +7916***4567, twice'],
    ['INVITE sip:79161234567@10.0.0.1:5060', 'INVITE sip:7916***4567@10.0.0.1:5060'],
    ['tel:+4930123456;phone-context=x', 'tel:+493***456;phone-context=x'],
    ['dialled 89161234567', 'dialled 8916***4567'],
  ])('in the text %s are masked', (text, masked) => {
    expect(cleanText(text, 'masked')).toBe(masked);
    expect(cleanText(text, 'clear')).toBe(text);
  });

  it.each([
    'at 1732245600123 ms',
    'lead 7190000000000000001 of TikTok',
    'id 01jd8x3k2m0000000000000000',
    'listening on 127.0.0.1:50605',
    '2026-11-21T10:00:00.000Z took 12345678901.5 ns',
    'call 3f2504e0-4f89-11d3-9a0c-030512345678',
  ])('are not seen in %s', (text) => {
    expect(cleanText(text, 'masked')).toBe(text);
  });

  it('of any length and country never stand whole in a line', () => {
    const digits = fc.stringMatching(/^[1-9]\d{6,14}$/);
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom('phone', 'clientNumber', 'party', 'caller', 'to', 'rawPhone'),
        (number, field) => {
          const line = JSON.stringify(
            cleanFields({ [field]: number, nested: { [field]: `+${number}` } }, 'masked'),
          );
          expect(line).not.toContain(number);
          expect(cleanText(`to +${number}.`, 'masked')).not.toContain(number);
        },
      ),
    );
  });
});

describe('secrets', () => {
  it('are not written, whatever field they stand in and however deep', () => {
    const fields = {
      password: 'p1',
      sip: { secret: 's1', nested: [{ apiKey: 'k1', accessToken: 't1' }] },
      authorization: 'Bearer abc',
      ha1: 'h1',
      secretRef: 'env:NAME',
    };
    expect(cleanFields(fields, 'clear')).toEqual({
      password: '[redacted]',
      sip: { secret: '[redacted]', nested: [{ api_key: '[redacted]', access_token: '[redacted]' }] },
      authorization: '[redacted]',
      ha1: '[redacted]',
      secret_ref: 'env:NAME',
    });
  });

  it.each([
    ['sent Authorization: Bearer dt_0123456789abcdef0123', 'sent Authorization: Bearer [redacted]'],
    [
      'GET https://me:hunter2@host/x?access_token=abcdef&x=1',
      'GET https://me:[redacted]@host/x?access_token=[redacted]&x=1',
    ],
    ['body {"password":"hunter2","user":"anna"}', 'body {"password":"[redacted]","user":"anna"}'],
    [
      'Digest username="anna", response="0af3", nonce="77"',
      'Digest username="anna", response="[redacted]", nonce="[redacted]"',
    ],
    ['basic authentication failed', 'basic authentication failed'],
  ])('in the text %s are cut out', (text, safe) => {
    expect(cleanText(text, 'clear')).toBe(safe);
  });
});

describe('values', () => {
  it('keep what a person needs of an error', () => {
    const cause = new Error('connect to sip:79161234567@host');
    const error = new Fault('switch-timeout', 'No answer for +79161234567.', { cause });
    expect(cleanFields({ error }, 'masked')).toEqual({
      error: {
        name: 'Fault',
        code: 'switch-timeout',
        message: 'No answer for +7916***4567.',
        stack: expect.stringContaining('redact.test.ts') as string,
        cause: expect.objectContaining({ message: 'connect to sip:7916***4567@host' }) as object,
      },
    });
  });

  it('are cut when too deep, round or binary', () => {
    const round: Record<string, unknown> = {
      bytes: new Uint8Array(5),
      big: 7n,
      none: undefined,
      empty: null,
    };
    round['self'] = round;
    const line = JSON.stringify(cleanFields(round, 'masked'));
    expect(line).toContain('"bytes":"[5 bytes]"');
    expect(line).toContain('"big":"7"');
    expect(line).toContain('[deeper]');
  });
});
