/** The rules of the anti-bombing gate, one by one. */
import { describe, expect, it } from 'vitest';
import {
  judgeContents,
  judgeCount,
  judgeDestination,
  questionsOf,
} from '../../../src/domain/gate/judge-gate.js';
import { networkOf } from '../../../src/domain/gate/network.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import { branded, PHONE } from '../../support/store/samples.js';

const telephony = buildTelephony(
  telephonySchema.parse({
    groups: { sales: { operators: [], country: 'RU' }, export: { operators: [], countries: ['de', 'KZ'] } },
    gate: {
      form: [{ most: 2, within: '1m' }],
      honeypots: { fields: ['Website'] },
      fill: { least: '3s', then: 'block' },
      countries: ['CZ'],
    },
  }),
);
const rules = telephony.gate;
if (rules === undefined) throw new Error('the gate has defaults');
const { sales, export: exporters } = telephony.groups;
const draft: LeadDraft = { source: 'api', kind: 'form', answers: [], touch: {} };

describe('a destination', () => {
  it.each([
    ['its own country', '+79161234567', sales, undefined],
    ['a country that every group may call', '+420602123456', sales, undefined],
    ['a foreign country', '+4930123456', sales, 'destination-denied'],
    ['a country of the group', '+4930123456', exporters, undefined],
    ['a group with its own list does not call home', '+79161234567', exporters, 'destination-denied'],
    ['a premium number at home', '+78091234567', sales, 'premium-rate'],
    ['a satellite', '+881612345678', sales, 'destination-denied'],
    ['an international premium number', '+979123456789', sales, 'premium-rate'],
  ] as const)('of %s', (_, phone, group, reason) => {
    expect(judgeDestination(branded(phone), group, rules)?.reason).toBe(reason);
  });
});

describe('the contents of a lead', () => {
  const judged = (change: Partial<LeadDraft>) =>
    judgeContents({ ...draft, ...change }, PHONE, { rules, group: sales });

  it('pass when nothing is odd', () => {
    expect(judged({ fillSeconds: 3, answers: [{ field: 'website', value: ' ' }] })).toBeUndefined();
  });

  it('are held for a filled field nobody sees', () => {
    expect(judged({ answers: [{ field: 'website', value: 'http://x' }] })).toEqual({
      status: 'quarantined',
      reason: 'honeypot',
      gateNote: 'field website',
    });
  });

  it('are blocked or held as the rule says when filled in too fast', () => {
    expect(judged({ fillSeconds: 0.4 })).toMatchObject({ status: 'blocked', reason: 'filled-too-fast' });
  });
});

describe('counts', () => {
  it('are asked only of what the lead says', () => {
    const asked = questionsOf({ phone: PHONE }, rules, 1e9).map(({ by, count }) => `${count} by ${by}`);
    expect(asked).toEqual(['leads by phone', 'leads by phone']);
    const more = questionsOf(
      { phone: PHONE, formId: branded('f'), clientAddress: '192.0.2.7', clientNetwork: '192.0.2.0/24' },
      rules,
      1e9,
    );
    expect(more.map(({ by, count, most }) => `${most} ${count} by ${by}`)).toEqual([
      '3 leads by phone',
      '6 leads by phone',
      '10 leads by address',
      '50 leads by network',
      '2 leads by form',
      '2 forms by phone',
      '2 forms by address',
    ]);
  });

  it('let exactly as many in as the budget says', () => {
    const [first] = questionsOf({ phone: PHONE }, rules, 1e9);
    if (first === undefined) throw new Error('a phone is counted');
    expect(judgeCount(first, 2)).toBeUndefined();
    expect(judgeCount(first, 3)).toMatchObject({ status: 'blocked', reason: 'too-many-from-phone' });
  });
});

describe('a network', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3::9', '2001:db8:1:2/64'],
    ['::1', '0:0:0:0/64'],
    ['fe80::1%eth0', 'fe80:0:0:0/64'],
    ['256.1.1.1', undefined],
    ['1::2::3', undefined],
    ['1:2:3:4:5:6:7', undefined],
    ['somewhere', undefined],
  ])('of %s', (address, network) => {
    expect(networkOf(address, { v4: 24, v6: 64 })).toBe(network);
  });
});
