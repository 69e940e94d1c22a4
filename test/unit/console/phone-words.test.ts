import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endingText, refusalText, transferText } from '../../../src/console/softphone/phone-words.js';

describe('what the page says of an outcome', () => {
  it('knows the usual ends of a call, and has a sentence for every other', () => {
    expect(endingText('Canceled')).toBe('Stopped ringing: the call was taken elsewhere or given up.');
    expect(endingText('Busy')).toBe('Busy.');
    expect(endingText('Terminated')).toBe('The call has ended.');
    expect(endingText('')).toBe('The call has ended.');
  });

  it('tells a wrong password from another refusal', () => {
    expect(refusalText(403)).toMatch(/^User or password is wrong/);
    expect(refusalText(503)).toBe('The switch refused to register this phone (SIP 503).');
    expect(refusalText(undefined)).toBe('The switch refused to register this phone.');
  });

  it('says who was not reached by a transfer, and why', () => {
    expect(transferText('boris', 486)).toBe('boris is busy or declined.');
    expect(transferText('+33142685300', 403)).toBe('+33142685300 may not be called from your phone.');
    expect(transferText('boris', 502)).toBe('boris was not reached (SIP 502).');
    expect(transferText('boris', undefined)).toBe('No answer from the switch: boris was not called.');
  });

  it('is one sentence that names the target, whatever the status', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]+$/), fc.integer({ min: 300, max: 699 }), (to, status) => {
        expect(transferText(to, status)).toMatch(new RegExp(`^${to} .+[^.]\\.$`));
      }),
    );
  });
});
