/** Lead pushes of ad accounts: subscriptions made, checked and taken away. A subscription whose token died keeps silent. */
import type { Connection } from '../../domain/leads/lead.js';
import type { AdAccount } from '../../domain/tiktok/ad-account.js';
import { planWebhooks, type KnownSubscription, type WebhookPlan } from '../../domain/tiktok/plan-webhooks.js';
import { refusalText, type Refusal } from '../../domain/tiktok/refusals.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { requireTikTok } from './account-access.js';
import { planFetch } from './fetch-leads.js';

export interface WebhookRun {
  readonly connection: Connection;
  readonly token: string;
  readonly accounts: readonly AdAccount[];
  /** A refusal that concerns more than one account's webhook. */
  readonly refused: (refusal: Refusal, about: string) => void;
}

export const hookPathOf = ({ id }: Pick<Connection, 'id'>): string => `/hooks/tiktok/${id}`;

/** Where pushes were missing or silent and come again, the leads that were missed are fetched. */
export async function settleWebhooks(context: AppContext, run: WebhookRun): Promise<void> {
  const { publicUrl } = context.config;
  if (publicUrl === undefined || !publicUrl.startsWith('https://')) {
    const why = 'TikTok pushes to https only, and http.publicUrl says no such address.';
    for (const account of run.accounts) await keep(context, account, { webhook: 'missing', webhookWhy: why });
    return;
  }
  const known = await requireTikTok(context).subscriptions();
  if (known.kind === 'refused') {
    run.refused(known.refusal, 'The webhooks could not be checked.');
    return;
  }
  for (const plan of planOf(run, publicUrl, known.value)) await carryOut(context, run, plan, publicUrl);
}

function planOf(
  { connection, accounts }: Pick<WebhookRun, 'connection' | 'accounts'>,
  publicUrl: string,
  known: readonly KnownSubscription[],
): readonly WebhookPlan[] {
  const path = hookPathOf(connection);
  return planWebhooks(accounts, known, { path, callbackUrl: publicUrl + path });
}

type Change = Pick<AdAccount, 'webhook' | 'webhookWhy' | 'subscriptionId'>;

async function keep({ ports }: AppContext, { connectionId, externalId }: AdAccount, change: Change) {
  await ports.store.adAccounts.update(connectionId, externalId, wholeOf(change));
}

/** The columns are emptied by name: absent fields of a change stay as they are. */
function wholeOf(change: Change): Change {
  return { subscriptionId: undefined, webhookWhy: undefined, ...change } as Change;
}

async function carryOut(
  context: AppContext,
  { connection, token, refused }: WebhookRun,
  { account, keep: kept, remove, make, elsewhere }: WebhookPlan,
  publicUrl: string,
): Promise<void> {
  const tiktok = requireTikTok(context);
  for (const id of remove) {
    const answer = await tiktok.unsubscribe(id);
    if (answer.kind === 'refused')
      refused(answer.refusal, `A webhook of ${account.name} could not be removed.`);
  }
  const also = elsewhere.length === 0 ? {} : { webhookWhy: `Its leads also go to ${elsewhere.join(', ')}.` };
  if (make === 'no') {
    const change: Change =
      kept === undefined ? { webhook: 'none' } : { webhook: 'subscribed', subscriptionId: kept, ...also };
    await keep(context, account, change);
    return;
  }
  const callbackUrl = publicUrl + hookPathOf(connection);
  const made = await tiktok.subscribe({ token, accountId: account.externalId, callbackUrl });
  if (made.kind === 'ok') {
    await keepMade(context, account, { webhook: 'subscribed', subscriptionId: made.value, ...also });
    return;
  }
  await keep(context, account, { webhook: 'missing', webhookWhy: `No pushes. ${refusalText(made.refusal)}` });
  refused(made.refusal, `Leads of ${account.name} are not pushed.`);
}

/** In one transaction: who dies between would never fetch what was left meanwhile. */
async function keepMade(context: AppContext, account: AdAccount, change: Change): Promise<void> {
  const { connectionId, externalId, webhook } = account;
  await commit(context, async (unit) => {
    await unit.tx.adAccounts.update(connectionId, externalId, wholeOf(change));
    if (webhook === 'none') return;
    const forms = await unit.tx.instantForms.ofConnection(connectionId);
    await planFetch(
      context,
      unit,
      forms.filter(({ accountId }) => accountId === externalId),
    );
  });
}

/** Takes away all of a connection's, as far as TikTok lets us: those that stay are silent once the token is dead. */
export async function dropWebhooks(context: AppContext, connection: Connection): Promise<void> {
  const tiktok = requireTikTok(context);
  const accounts = await context.ports.store.adAccounts.ofConnection(connection.id);
  const known = await tiktok.subscriptions();
  const path = hookPathOf(connection);
  const ours = known.kind === 'ok' ? known.value.filter(({ callbackUrl }) => callbackUrl.endsWith(path)) : [];
  for (const { id } of ours) await tiktok.unsubscribe(id);
  for (const account of accounts) await keep(context, account, { webhook: 'none' });
}
