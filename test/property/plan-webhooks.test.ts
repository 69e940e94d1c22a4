import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdAccount } from '../../src/domain/tiktok/ad-account.js';
import { planWebhooks, type KnownSubscription } from '../../src/domain/tiktok/plan-webhooks.js';
import type { ConnectionId } from '../../src/domain/values/ids.js';

const path = '/hooks/tiktok/c1';
const where = { path, callbackUrl: `https://calls.example${path}` };
const OURS = [where.callbackUrl, `https://before.example${path}`];
const FOREIGN = ['https://crm.example/leads', 'https://calls.example/hooks/tiktok/c2'];

const bare: AdAccount = {
  ...{ connectionId: 'c1' as ConnectionId, externalId: '1', name: 'a', status: 's', role: 'r' },
  ...{ chosen: 'on', webhook: 'none', syncedAt: 0 },
};

const account: fc.Arbitrary<AdAccount> = fc
  .record({
    externalId: fc.constantFrom('1', '2', '3'),
    chosen: fc.constantFrom('on' as const, 'off' as const),
    webhook: fc.constantFrom('none' as const, 'subscribed' as const, 'renew' as const, 'missing' as const),
    gone: fc.boolean(),
  })
  .map(({ gone, ...rest }) => ({
    ...rest,
    connectionId: 'c1' as ConnectionId,
    name: 'shop',
    status: 'STATUS_ENABLE',
    role: 'ROLE_ADVERTISER',
    syncedAt: 0,
    ...(gone && { goneAt: 1 }),
  }));
const accounts = fc.uniqueArray(account, { selector: ({ externalId }) => externalId });

const subscriptions: fc.Arbitrary<readonly KnownSubscription[]> = fc
  .array(
    fc.record({
      accountId: fc.constantFrom('1', '2', '3', '4'),
      callbackUrl: fc.constantFrom(...OURS, ...FOREIGN),
      formId: fc.constantFrom(undefined, 'form'),
    }),
  )
  .map((all) =>
    all.map(({ formId, ...rest }, id) => ({
      ...rest,
      id: `s${id}`,
      ...(formId !== undefined && { formId }),
    })),
  );

/** TikTok after the plan was carried out. */
function after(known: readonly KnownSubscription[], plans: ReturnType<typeof planWebhooks>) {
  const removed = new Set(plans.flatMap(({ remove }) => remove));
  const made = plans
    .filter(({ make }) => make === 'yes')
    .map(({ account: { externalId } }) => ({
      id: `new-${externalId}`,
      accountId: externalId,
      callbackUrl: where.callbackUrl,
    }));
  return [...known.filter(({ id }) => !removed.has(id)), ...made];
}

describe('webhooks of ad accounts', () => {
  it('are exactly one of ours for each account that is wanted, and none for others', () => {
    fc.assert(
      fc.property(accounts, subscriptions, (all, known) => {
        const left = after(known, planWebhooks(all, known, where));
        for (const one of all) {
          const ours = left.filter(
            (sub) => sub.accountId === one.externalId && OURS.includes(sub.callbackUrl),
          );
          const wanted = one.chosen === 'on' && one.goneAt === undefined;
          expect(ours.map(({ callbackUrl }) => callbackUrl)).toEqual(wanted ? [where.callbackUrl] : []);
          expect(ours.every((sub) => !('formId' in sub))).toBe(true);
        }
      }),
    );
  });

  it('are left alone when they are right, and those of other programs always', () => {
    fc.assert(
      fc.property(accounts, subscriptions, (all, known) => {
        const left = after(known, planWebhooks(all, known, where));
        const settled = all.map((one) => {
          const own = left.find((sub) => sub.accountId === one.externalId && OURS.includes(sub.callbackUrl));
          return { ...one, webhook: 'subscribed' as const, ...(own && { subscriptionId: own.id }) };
        });
        for (const { make, remove } of planWebhooks(settled, left, where)) {
          expect(make).toBe('no');
          expect(remove).toEqual([]);
        }
        const foreign = (one: KnownSubscription) => FOREIGN.includes(one.callbackUrl);
        expect(left.filter(foreign)).toEqual(known.filter(foreign));
      }),
    );
  });

  it('that nobody remembers are made anew: their token may be gone', () => {
    const known = [{ id: 's1', accountId: '1', callbackUrl: where.callbackUrl }];
    const found = (change: Partial<AdAccount>) => {
      const [plan] = planWebhooks([{ ...bare, webhook: 'subscribed', ...change }], known, where);
      return plan?.make;
    };
    expect(found({ subscriptionId: 's1' })).toBe('no');
    expect(found({ subscriptionId: 's0' })).toBe('yes');
    expect(found({ webhook: 'none', subscriptionId: 's1' })).toBe('yes');
  });

  it('made under a token that died are made anew', () => {
    const known = [{ id: 's1', accountId: '1', callbackUrl: where.callbackUrl }];
    const renew: AdAccount = { ...bare, webhook: 'renew' };
    expect(planWebhooks([renew], known, where)).toEqual([
      { account: renew, remove: ['s1'], make: 'yes', elsewhere: [] },
    ]);
  });
});
