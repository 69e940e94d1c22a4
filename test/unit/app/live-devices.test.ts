/** Registered contacts as devices of their operator. */
import { describe, expect, it } from 'vitest';
import { withContacts } from '../../../src/app/calls/routing/live-devices.js';
import type { TelephonySet } from '../../../src/app/config.js';
import type { Registered } from '../../../src/app/ports/switch.js';
import type { Device } from '../../../src/domain/routing/telephony.js';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';

const registered = (user: string, contact: string): Registered => ({
  user,
  contact,
  source: '192.0.2.9:5060',
  transport: 'udp',
  expiresAt: 1,
  phone: contact,
});

function setWith(devices: readonly Device[]): TelephonySet {
  const telephony = simTelephony();
  const anna = { name: 'anna', displayName: 'Anna', devices };
  return { telephony: { ...telephony, operators: { ...telephony.operators, anna } }, plans: {} };
}

const MOBILE: Device = { kind: 'uri', uri: 'sip:mobile@x' };
const DESK: Device = { kind: 'registered', user: 'anna' };

describe('contacts of an operator', () => {
  it('are his devices: the first in its place, further ones after all others', () => {
    const set = withContacts(setWith([DESK, MOBILE]), [
      registered('anna', 'sip:anna@desk'),
      registered('boris', 'sip:boris@desk'),
      registered('anna', 'sip:anna@laptop'),
    ]);
    expect(set.telephony.operators['anna']?.devices).toEqual([
      { ...DESK, contact: 'sip:anna@desk' },
      MOBILE,
      { ...DESK, contact: 'sip:anna@laptop' },
    ]);
    expect(set.telephony.operators['boris']?.devices).toEqual([{ kind: 'registered', user: 'boris' }]);
  });

  it('change nothing while everybody has one', () => {
    const set = setWith([DESK]);
    expect(withContacts(set, [registered('anna', 'sip:anna@desk')])).toBe(set);
  });
});
