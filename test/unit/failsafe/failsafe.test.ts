/** What rings whom without the controller: the routes, what is lost, and XML that reads as XML. */
import { XMLParser } from 'fast-xml-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failsafeSet,
  type FailsafeRequest,
  type FailsafeSet,
} from '../../../src/domain/failsafe/failsafe-set.js';
import { failsafeFiles } from '../../../src/domain/failsafe/freeswitch-xml.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import { shippedPlan } from '../../support/dialplan/plans.js';

const NUMBER = '+4930123456';

function setOf(telephony: object, change: Partial<FailsafeRequest> = {}): FailsafeSet {
  return failsafeSet({
    telephony: buildTelephony(telephonySchema.parse(telephony)),
    plans: { inbound: shippedPlan('inbound') },
    inboundPlan: 'inbound',
    numbers: [{ number: NUMBER }],
    contacts: {},
    ...change,
  });
}

/** Every tag that is opened is closed, in order, and nothing that would need escaping stands in a value. */
function wellFormed(xml: string): boolean {
  const open: string[] = [];
  const bare = xml.replaceAll(/<!--.*?-->/gs, '').replace(/^<\?xml[^>]*\?>/, '');
  for (const [, close, name = '', attributes = '', self] of bare.matchAll(
    /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<&]*(?:&\w+;[^"<&]*)*")*)\s*(\/?)>/g,
  )) {
    if (close === '' && self === '') open.push(name);
    else if (close !== '' && (attributes !== '' || open.pop() !== name)) return false;
  }
  return open.length === 0 && !/[<>]/.test(bare.replaceAll(/<\/?[\w-]+(?:\s+[\w-]+="[^"]*")*\s*\/?>/g, ''));
}

const SALES = {
  trunks: { carrier: { gateways: [{ host: '192.0.2.1' }], format: 'digits' } },
  operators: {
    anna: { devices: [{ uri: 'sip:anna@192.0.2.9' }] },
    boris: { devices: [{ number: '+4915112345678' }] },
    cleo: { devices: [{ phone: 'cleo' }] },
  },
  groups: { sales: { operators: ['anna', 'boris', 'cleo'], ring: '15s' } },
  callbacks: { default: { group: 'sales' } },
};

describe('the failsafe set', () => {
  it('rings operators by address, by trunk and by a given contact', () => {
    const { routes, lost } = setOf(SALES, { contacts: { cleo: 'sip:cleo@192.0.2.10:5061' } });
    expect(routes[0]?.dial).toEqual([
      'sofia/failsafe/anna@192.0.2.9',
      'sofia/gateway/carrier/4915112345678',
      'sofia/failsafe/cleo@192.0.2.10:5061',
    ]);
    expect(lost).toEqual([]);
  });

  it('says what it cannot keep', () => {
    expect(setOf(SALES).lost).toEqual([
      'cleo: the phone cleo registers with the controller; give its address with --contacts',
    ]);
    const alone = setOf({ ...SALES, trunks: {} });
    expect(alone.lost).toContain('boris: there is no trunk to dial +4915112345678');
    expect(setOf({}).lost).toContain(
      `${NUMBER}: no group is rung by its plan, and there is no default policy`,
    );
  });

  it('rings the number that the carrier would be told, when nobody answers', () => {
    const { routes } = setOf(SALES, { numbers: [{ number: NUMBER, failSafe: '+4930999999' }] });
    expect(routes[0]?.then).toBe('sofia/gateway/carrier/4930999999');
  });
});

describe('its XML', () => {
  it('is well formed, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.string(), (lost, group) => {
        const route = {
          number: NUMBER,
          group,
          strategy: 'simultaneous',
          ringSeconds: 9,
          dial: [group],
          then: undefined,
        } as const;
        const files = failsafeFiles(
          { routes: [route], trunks: [], lost },
          { address: '127.0.0.1', port: 5070 },
        );
        for (const text of Object.values(files)) {
          expect(wellFormed(text)).toBe(true);
          for (const [, comment = ''] of text.matchAll(/<!--(.*?)-->/gs)) expect(comment).not.toContain('--');
        }
      }),
    );
  });

  it('lets only trunks in, on a port and a context of its own', () => {
    const files = failsafeFiles(setOf(SALES), { address: '127.0.0.1', port: 5070 });
    const read = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' });
    expect(read.parse(files['failsafe/acl.xml'] ?? '')).toMatchObject({
      list: { default: 'deny', node: { type: 'allow', cidr: '192.0.2.1/32' } },
    });
    expect(files['failsafe/profile.xml']).toContain('name="apply-inbound-acl" value="failsafe-trunks"');
    expect(files['failsafe/profile.xml']).not.toContain('drachtio_mrf');
    expect(files['failsafe/dialplan.xml']).toContain(
      '[leg_timeout=15]sofia/failsafe/anna@192.0.2.9,[leg_timeout=15]',
    );
    expect(files['failsafe/dialplan.xml']).toContain('expression="^(?:\\+|00)?4930123456$"');
  });
});
