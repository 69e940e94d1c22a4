/** What an operator may dial from a registered phone: nothing but colleagues unless a group says more. */
import { describe, expect, it } from 'vitest';
import { ownerOf, planDialling } from '../../../src/domain/routing/dial-out.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';

const telephony = buildTelephony(
  telephonySchema.parse({
    operators: { anna: { extension: '101' }, boris: { devices: [{ phone: 'boris-desk' }] }, vera: {} },
    groups: {
      closed: { operators: ['boris'], country: 'DE' },
      sales: { operators: ['anna'], country: 'DE', dialOut: { callerId: '+4930100' } },
      export: { operators: ['vera'], country: 'DE', dialOut: { countries: ['US'], recording: 'off' } },
    },
  }),
);

function dial(by: string, dialled: string) {
  const operator = telephony.operators[by];
  if (operator === undefined) throw new Error(`there is no ${by}`);
  const plan = planDialling(telephony, operator, dialled);
  if (plan.kind === 'denied') return plan.code;
  return plan.kind === 'colleague' ? plan.operator.name : plan.phone;
}

describe('an operator', () => {
  it('is known by the registered phone', () => {
    expect(ownerOf(telephony, 'boris-desk')?.name).toBe('boris');
    expect(ownerOf(telephony, 'anna')?.name).toBe('anna');
    expect(ownerOf(telephony, 'nobody')).toBeUndefined();
    expect(ownerOf(telephony, undefined)).toBeUndefined();
  });

  it.each([
    ['boris', '101', 'anna'],
    ['boris', 'vera', 'vera'],
    ['boris', '030 123456', 'not-allowed'],
    ['anna', '030 123456', '+4930123456'],
    ['anna', '+12125550123', 'destination-denied'],
    ['vera', '+12125550123', '+12125550123'],
    ['vera', '030 123456', 'destination-denied'],
    ['anna', '0900 3 123456', 'premium-rate'],
    ['anna', '112', 'emergency'],
    ['boris', '112', 'emergency'],
    ['anna', '999', 'no-such-number'],
  ])('%s dials %s', (by, dialled, answer) => {
    expect(dial(by, dialled)).toBe(answer);
  });
});
