/** What a policy and a group say, each setting by what phones ring, when, and what they show. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OriginateRequest } from '../../../src/app/ports/switch.js';
import { OPENS_AT, simTelephony, USERS } from '../../../src/cli/simulate/sim-telephony.js';
import type { LeadDraft } from '../../../src/domain/leads/lead.js';
import type { CallbackPolicy, Group, Operator, Telephony } from '../../../src/domain/routing/telephony.js';
import type { E164, LeadId } from '../../../src/domain/values/ids.js';
import { NobodyAnswers, openAppBed, type AppBed, type AppBedOptions } from '../../support/sim/app-bed.js';
import { aCall, branded } from '../../support/store/samples.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Terms {
  readonly group?: Partial<Group>;
  readonly policy?: Partial<CallbackPolicy>;
  readonly operators?: Readonly<Record<string, Partial<Operator>>>;
  readonly telephony?: Partial<Telephony>;
}

let bed: AppBed;
afterEach(() => bed.close());

async function open(terms: Terms, more: AppBedOptions = {}): Promise<void> {
  const { groups, callbacks, operators } = simTelephony();
  const sales = { ...groups['sales'], strategy: 'sequential', ringSeconds: 5, ...terms.group };
  const changed = Object.entries(operators).map(
    ([name, one]) => [name, { ...one, ...terms.operators?.[name] }] as const,
  );
  const telephony = {
    groups: { sales },
    operators: Object.fromEntries(changed),
    callbacks: { default: { ...callbacks['default'], ...terms.policy } },
    ...terms.telephony,
  } as Partial<Telephony>;
  bed = await openAppBed({ people: new NobodyAnswers(1), telephony, ...more });
}

async function take(n: number, change: Partial<LeadDraft> = {}): Promise<LeadId> {
  const rawPhone = `+7916100${String(n).padStart(4, '0')}`;
  const draft: LeadDraft = { source: 'api', kind: 'form', rawPhone, answers: [], touch: {} };
  return (await bed.app.takeLead({ ...draft, ...change })).leadId;
}

const invited = (kind: 'operator' | 'client') =>
  bed.world.log.filter((entry) => entry.what === 'invited' && entry.kind === kind);
/** In the order in which their phones were first rung. */
const rung = () => [...new Set(invited('operator').map(({ phone }) => phone))];

describe('a group', () => {
  it('rings the operator who talked with this client within its sticky days first', async () => {
    await open({ group: { stickyDays: 2 } });
    const now = bed.clock.now();
    const talk = {
      state: 'closed',
      operator: 'vera',
      bridgedAt: now - DAY_MS,
      startedAt: now - DAY_MS,
    } as const;
    await bed.store.calls.add(aCall({ id: branded('talk'), clientNumber: '+79161000001' as E164, ...talk }));
    await take(1);
    await bed.pass(MINUTE_MS);
    expect(rung()).toEqual(['vera', 'anna', 'boris']);
    await bed.close();
    await open({ group: { stickyDays: 2 } });
    const old = { ...talk, bridgedAt: now - 3 * DAY_MS, startedAt: now - 3 * DAY_MS };
    await bed.store.calls.add(aCall({ id: branded('talk'), clientNumber: '+79161000001' as E164, ...old }));
    await take(1);
    await bed.pass(MINUTE_MS);
    expect(rung()).toEqual([...USERS]);
  });

  it('rings nobody outside his shift, which is in its own zone, and calls the lead when it begins', async () => {
    const shift = [{ from: 14 * 60, to: 18 * 60 }];
    const hours = { ...simTelephony().hours, late: { name: 'late', week: { '1': shift }, exceptions: {} } };
    // 10:00 UTC is 13:00 in Moscow.
    const group = { operators: ['anna'], timeZone: 'Europe/Moscow', hours: 'all-day' };
    const allDay = { name: 'all-day', week: { '1': [{ from: 0, to: 1440 }] }, exceptions: {} };
    await open({
      group,
      operators: { anna: { hours: 'late' } },
      telephony: { hours: { ...hours, 'all-day': allDay } },
    });
    const lead = await take(1);
    await bed.pass(59 * MINUTE_MS);
    expect(rung()).toEqual([]);
    expect(await bed.store.leads.byId(lead)).toMatchObject({ reason: 'no-operator' });
    await bed.pass(2 * MINUTE_MS);
    expect(rung()).toEqual(['anna']);
  });

  it('pauses who lets it ring too often in a row, and tells it', async () => {
    await open({ group: { operators: ['anna'], maxNoAnswer: 2 } });
    const lead = await take(1);
    await bed.pass(10 * MINUTE_MS);
    expect(invited('operator')).toHaveLength(2);
    expect(await bed.store.operatorStates.byName('anna')).toMatchObject({
      duty: 'paused',
      changedBy: 'unanswered',
    });
    const told = (await bed.store.events.ofLead(lead)).map(({ name }) => name);
    expect(told.filter((name) => name === 'attempt.started')).toHaveLength(2);
  });

  it('leaves who let it ring alone for a while', async () => {
    await open({
      group: { operators: ['anna', 'boris'], noAnswerDelaySeconds: 3600, strategy: 'sequential' },
    });
    await take(1);
    await bed.pass(MINUTE_MS / 2);
    expect(invited('operator').map(({ phone }) => phone)).toEqual(['anna', 'boris']);
    await take(2);
    await bed.pass(10 * MINUTE_MS);
    expect(invited('operator')).toHaveLength(2);
  });
});

describe('a policy', () => {
  it('rings only operators with the skills it asks for', async () => {
    await open({ policy: { skills: ['czech'] }, operators: { boris: { skills: ['czech', 'english'] } } });
    await take(1);
    await bed.pass(MINUTE_MS);
    expect(rung()).toEqual(['boris']);
  });

  it('shows each leg its own number', async () => {
    const mobile = [{ kind: 'number', number: '+79162000001' as E164 }] as const;
    const policy = {
      callerId: '+74951000000',
      operatorCallerId: '+74952000000',
      dialplan: 'callback-client-first',
    };
    await open({ policy: { ...policy, order: 'client-first' }, operators: { anna: { devices: mobile } } });
    const asked: OriginateRequest[] = [];
    const originate = bed.telephone.originate.bind(bed.telephone);
    bed.telephone.originate = (request) => {
      asked.push(request);
      return originate(request);
    };
    await bed.app.takeLead({ source: 'api', kind: 'form', rawPhone: '+79161000001', answers: [], touch: {} });
    await bed.pass(1000);
    await bed.app.startCall({
      number: '+79161000002',
      policy: 'default',
      operator: 'anna',
      order: 'operator-first',
    });
    await bed.pass(1000);
    const shown = asked.map(({ role, callerNumber }) => [role, callerNumber]);
    expect(shown).toEqual([
      ['client', policy.callerId],
      ['operator', policy.operatorCallerId],
    ]);
  });

  it('lets an operator see a lead before it is called, until that time is over', async () => {
    await open({ policy: { order: 'preview', previewSeconds: 1800 } });
    const [first, second] = [await take(1), await take(2)];
    await bed.pass(29 * MINUTE_MS);
    expect(await bed.store.leads.byId(first)).toMatchObject({ status: 'deferred', reason: 'preview' });
    expect(rung()).toEqual([]);
    await bed.app.callLead(second, { operator: 'vera' });
    await bed.pass(1000);
    expect(rung()).toEqual(['vera']);
    await bed.pass(2 * MINUTE_MS);
    expect(await bed.store.attempts.ofLead(first)).not.toEqual([]);
  });

  it.each([
    ['freshest-first', [3, 2, 1]],
    ['oldest-first', [1, 2, 3]],
  ] as const)(
    'calls the night’s leads at the opening, one for each free operator, %s',
    async (backlog, order) => {
      await open({ group: { operators: ['anna'] }, policy: { backlog, maxNoOperator: 1 } });
      await bed.pass(OPENS_AT + 10 * 60 * MINUTE_MS - bed.clock.now());
      const leads: LeadId[] = [];
      for (const n of [1, 2, 3]) {
        leads.push(await take(n));
        await bed.pass(MINUTE_MS);
      }
      expect(await bed.store.leads.byId(leads[0] as LeadId)).toMatchObject({
        reason: 'outside-hours',
        willCallAt: OPENS_AT + DAY_MS,
      });
      await bed.pass(OPENS_AT + DAY_MS + 10 * MINUTE_MS - bed.clock.now());
      const attempts = (await Promise.all(leads.map((id) => bed.store.attempts.ofLead(id)))).map(
        ([only]) => only,
      );
      const inOrder = order.map((n) => attempts[n - 1]);
      for (const [at, attempt] of inOrder.entries()) {
        expect(attempt?.startedAt).toBeGreaterThanOrEqual(inOrder[at - 1]?.endedAt ?? OPENS_AT + DAY_MS);
      }
    },
  );
});

it('a trunk takes no more calls in a second than it may, and the lead waits for the next', async () => {
  const { carrier } = simTelephony().trunks;
  const policy = { order: 'client-first', dialplan: 'callback-client-first' } as const;
  const trunks = { carrier: { ...carrier, channels: 9, callsPerSecond: 1 } } as Telephony['trunks'];
  await open({ policy, telephony: { trunks } });
  for (const n of [1, 2, 3]) await take(n);
  await bed.pass(10_000);
  const times = invited('client').map(({ at }) => at);
  expect(times).toHaveLength(3);
  for (const [n, at] of times.entries())
    expect(at - (times[n - 1] ?? -Infinity)).toBeGreaterThanOrEqual(1000);
});
