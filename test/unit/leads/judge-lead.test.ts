/** What becomes of a lead at intake, in the order in which reasons win. */
import { describe, expect, it } from 'vitest';
import { judgeLead, type IntakeFacts } from '../../../src/domain/leads/judge-lead.js';
import type { Connection, Form, Lead, LeadDraft } from '../../../src/domain/leads/lead.js';
import { mergeDuplicate } from '../../../src/domain/leads/merge.js';
import { resolveIntake } from '../../../src/domain/leads/resolve-intake.js';
import type { LeadId } from '../../../src/domain/values/ids.js';
import { leadField, touchName } from '../../../src/domain/leads/aliases.js';
import { simTelephony } from '../../../src/cli/simulate/sim-telephony.js';

const NOW = 1_000_000;
const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone: '8 916 123 45 67', answers: [], touch: {} };
const facts: IntakeFacts = { now: NOW, nextOpen: (at) => at };
const off = { enabled: 'off' } as const;

function judged(change: Partial<LeadDraft>, more: Partial<IntakeFacts> = {}) {
  const one = { ...draft, ...change };
  const { form, connection } = more;
  const resolved = resolveIntake(one, {
    telephony: simTelephony(),
    ...(form === undefined ? {} : { form }),
    ...(connection === undefined ? {} : { connection }),
  });
  return judgeLead(one, resolved, { ...facts, ...more });
}

describe('judgeLead', () => {
  it('calls at once when nothing is in the way', () => {
    expect(judged({})).toEqual({ status: 'queued', reason: 'call-now', willCallAt: NOW });
  });

  it.each<[string, Partial<LeadDraft>, Partial<IntakeFacts>, object]>([
    [
      'the connection is off',
      { rawPhone: '' },
      { connection: off as Connection, form: off as Form },
      { status: 'not-dialled', reason: 'connection-off' },
    ],
    ['the form is off', {}, { form: off as Form }, { status: 'not-dialled', reason: 'form-off' }],
    ['it is a test', { test: 'yes' }, {}, { status: 'not-dialled', reason: 'test-lead' }],
    [
      'its policy is gone',
      {},
      { form: { enabled: 'on', policy: 'gone' } as Form },
      { status: 'not-dialled', reason: 'no-policy' },
    ],
    ['there is no phone', { rawPhone: ' ' }, {}, { status: 'no-phone', reason: 'no-phone' }],
    ['the phone is none', { rawPhone: '12' }, {}, { status: 'no-phone', reason: 'phone-invalid' }],
    [
      'it is known',
      {},
      { earlier: { id: 'l1' as LeadId } },
      { status: 'duplicate', reason: 'already-known', duplicateOf: 'l1' },
    ],
    [
      'the group is closed',
      {},
      { nextOpen: (at) => at + 50 },
      { status: 'deferred', reason: 'outside-hours', willCallAt: NOW + 50 },
    ],
    [
      'the group never opens',
      {},
      { nextOpen: () => undefined },
      { status: 'not-dialled', reason: 'outside-hours' },
    ],
    [
      'the client asked for later',
      { callAt: NOW + 9 },
      {},
      { status: 'deferred', reason: 'client-asked', willCallAt: NOW + 9 },
    ],
    [
      'the client asked for a time that has passed',
      { callAt: 5 },
      {},
      { status: 'queued', reason: 'call-now', willCallAt: NOW },
    ],
  ])('when %s', (_, change, more, expected) => {
    expect(judged(change, more)).toEqual(expected);
  });
});

describe('mergeDuplicate', () => {
  it('fills gaps, keeps what was known, and is idempotent', () => {
    const first = {
      ...draft,
      clientName: 'Ann',
      answers: [{ field: 'a', value: '1' }],
      touch: { utm_source: 'x' },
    } as unknown as Lead;
    const repeat = {
      ...draft,
      clientName: 'Bob',
      email: 'b@c.d',
      answers: [
        { field: 'a', value: '1' },
        { field: 'b', value: '2' },
      ],
      touch: { utm_source: 'y', gclid: 'g' },
    };
    const merged = mergeDuplicate(first, repeat);
    expect(merged).toMatchObject({
      clientName: 'Ann',
      email: 'b@c.d',
      touch: { utm_source: 'x', gclid: 'g' },
    });
    expect(merged.answers).toHaveLength(2);
    expect(mergeDuplicate({ ...first, ...merged }, repeat)).toEqual(merged);
  });
});

describe('aliases', () => {
  it('know how others write our names', () => {
    expect(['fio', 'Phone Number', 'TEL', 'телефон'].map(leadField)).toEqual([
      'client_name',
      'phone',
      'phone',
      'phone',
    ]);
    expect(['ga_cid', 'gcid', 'yaClientId', 'ya_cid', 'UTM_Source'].map(touchName)).toEqual([
      'ga_client_id',
      'ga_client_id',
      'ym_client_id',
      'ym_client_id',
      'utm_source',
    ]);
    expect(leadField('favourite colour')).toBeUndefined();
  });
});
