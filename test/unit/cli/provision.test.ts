/** What a softphone is told to register with. */
import { describe, expect, it } from 'vitest';
import { accountOf, fieldsOf, sipAddressOf } from '../../../src/cli/commands/provision.js';
import { settingsSchema } from '../../../src/settings/schema.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';

const telephony = buildTelephony(
  telephonySchema.parse({
    operators: {
      anna: { displayName: 'Anna' },
      boris: { devices: [{ number: '+4915112345678' }] },
      olga: { devices: [{ phone: 'desk-7' }] },
    },
  }),
);
const settings = settingsSchema.parse({
  switch: {
    sip: {
      address: '0.0.0.0',
      port: 5070,
      externalAddress: '203.0.113.9',
      tls: { certificate: 'c.pem', key: 'k.pem' },
    },
  },
});
const account = (name: string, options: object = {}) =>
  accountOf({ settings, telephony }, name, { transport: 'udp', ...options });

describe('an account', () => {
  it('has the user of the phone and the server as the phone reaches it', () => {
    expect(account('anna')).toMatchObject({ user: 'anna', server: '203.0.113.9:5070', realm: 'dialtrace' });
    expect(account('olga')).toMatchObject({ user: 'desk-7' });
    expect(sipAddressOf(account('anna'))).toBe('sip:anna@203.0.113.9:5070');
    const secure = account('anna', { transport: 'tls' });
    expect(sipAddressOf(secure)).toBe('sip:anna@203.0.113.9:5061;transport=tls');
    expect(account('anna', { server: 'pbx.example:5060' }).server).toBe('pbx.example:5060');
  });

  it('is written as each softphone asks for it', () => {
    const text = fieldsOf(account('anna'), 'geheim-123');
    for (const program of ['Linphone', 'MicroSIP', 'Zoiper'])
      expect(text).toMatch(new RegExp(`^${program} .*anna.*geheim-123`, 'm'));
  });

  it('is refused to who does not exist, has no phone, or asks for what is not set', () => {
    expect(() => account('ana')).toThrow(/did you mean anna/);
    expect(() => account('boris')).toThrow(/no phone that registers/);
    expect(() => account('anna', { transport: 'pigeon' })).toThrow(/udp, tcp, tls/);
    const plain = settingsSchema.parse({});
    expect(() => accountOf({ settings: plain, telephony }, 'anna', { transport: 'tls' })).toThrow(/sip\.tls/);
  });
});
