/**
 * Brings what we know of an authorised account up to date: its ad accounts, their webhooks. Nightly, after each
 * authorisation, and on demand. What TikTok refuses becomes a sentence of the report; nothing known is forgotten for it.
 */
import type { Connection } from '../../domain/leads/lead.js';
import { accessAfter, type Access } from '../../domain/tiktok/access.js';
import { isWanted, type AccountFacts, type AdAccount } from '../../domain/tiktok/ad-account.js';
import { isPassing, refusalText, type Refusal } from '../../domain/tiktok/refusals.js';
import type { ConnectionId, Instant } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import type { Job } from '../ports/store.js';
import type { TikTokAnswer } from '../ports/tiktok.js';
import type { TaskOutcome } from '../tasks.js';
import { accessOf, requireTikTok, requireTikTokConnection, setAccess, tokenOf } from './account-access.js';
import { syncForms } from './sync-forms.js';
import { settleWebhooks } from './webhooks.js';

export interface SyncWish {
  /** Ids of the accounts that are wanted from now on; absent: as chosen before, new ones are wanted. */
  readonly only?: readonly string[];
}

export interface SyncReport {
  readonly access: Access;
  readonly accounts: readonly AdAccount[];
  /** What could not be done, a sentence each. */
  readonly gaps: readonly string[];
  /** Something was refused that may go another time. */
  readonly again: 'yes' | 'no';
}

/** A sync that died holds its place this long. */
const LEASE_MS = 10 * 60_000;
/** A minute's overrun is forgiven after about five. */
const AGAIN_AFTER_MS = 5 * 60_000;
const JOB_TRIES = 12;

/** At once, as a job: what is synchronised is retried until TikTok lets it. */
export async function planSync({ tx, now }: Unit, connectionId: ConnectionId): Promise<void> {
  await tx.jobs.add({
    task: 'sync-connection',
    payload: { connectionId },
    runAt: now,
    maxTries: JOB_TRIES,
    key: `sync:${connectionId}`,
  });
}

/** Nightly: a job for each connection that is authorised. Answers how many. */
export async function planNightlySync(context: AppContext): Promise<number> {
  if (context.ports.tiktok === undefined) return 0;
  return commit(context, async (unit) => {
    const all = (await unit.tx.connectionAccess.list()).filter(({ state }) => state !== 'not-authorised');
    for (const { connectionId } of all) await planSync(unit, connectionId);
    return all.length;
  });
}

/** Task `sync-connection`. */
export async function syncConnectionJob(context: AppContext, { payload }: Job): Promise<TaskOutcome> {
  const { again, gaps } = await syncConnection(context, payload['connectionId'] as ConnectionId);
  if (again === 'no') return { kind: 'done' };
  return { kind: 'retry', why: gaps.join(' '), notBefore: context.ports.clock.now() + AGAIN_AFTER_MS };
}

/** Throws Fault `not-found`, `field-invalid`, `tiktok-not-configured`, `conflict` (one runs already). */
export async function syncConnection(
  context: AppContext,
  id: ConnectionId,
  wish: SyncWish = {},
): Promise<SyncReport> {
  const connection = await requireTikTokConnection(context, id);
  requireTikTok(context);
  const { store, clock, ids } = context.ports;
  const [resource, owner] = [`sync:${id}`, ids.next()];
  const now = clock.now();
  if ((await store.leases.take(resource, owner, now + LEASE_MS, now)) === 'held')
    throw new Fault('conflict', `${connection.name} is being synchronised already`);
  try {
    return await new SyncRun(context, connection, wish).run();
  } finally {
    await store.leases.release(resource, owner);
  }
}

/** One run: what was refused is gathered, and settles the access at its end. */
class SyncRun {
  readonly #context: AppContext;
  readonly #connection: Connection;
  readonly #wish: SyncWish;
  readonly #gaps: string[] = [];
  readonly #refusals: Refusal[] = [];

  constructor(context: AppContext, connection: Connection, wish: SyncWish) {
    this.#context = context;
    this.#connection = connection;
    this.#wish = wish;
  }

  async run(): Promise<SyncReport> {
    const token = await tokenOf(this.#context, this.#connection.id);
    if (token === undefined) this.#gaps.push('The account was not authorised yet.');
    else {
      await this.#steps(token);
      await this.#settleAccess();
    }
    return this.#report();
  }

  async #steps(token: string): Promise<void> {
    const listed = await this.#listed(token);
    if (listed === undefined) return;
    const accounts = await commit(this.#context, (unit) => this.#merge(unit, listed));
    const run = {
      connection: this.#connection,
      token,
      refused: (refusal: Refusal, about: string) => this.#refused(refusal, about),
      gap: (sentence: string) => void this.#gaps.push(sentence),
    };
    await settleWebhooks(this.#context, { ...run, accounts });
    await syncForms(this.#context, { ...run, accounts: accounts.filter(isWanted) });
  }

  async #listed(token: string): Promise<readonly AccountFacts[] | undefined> {
    const tiktok = requireTikTok(this.#context);
    const ids = this.#taken(await tiktok.accountIds(token), 'The ad accounts could not be listed.');
    if (ids === undefined || ids.length === 0) return ids && [];
    return this.#taken(await tiktok.accounts(token, ids), 'The ad accounts could not be described.');
  }

  #taken<T>(answer: TikTokAnswer<T>, about: string): T | undefined {
    if (answer.kind === 'ok') return answer.value;
    this.#refused(answer.refusal, about);
    return undefined;
  }

  #refused(refusal: Refusal, about: string): void {
    this.#refusals.push(refusal);
    this.#gaps.push(`${about} ${refusalText(refusal)}`);
  }

  async #merge({ tx, now }: Unit, listed: readonly AccountFacts[]): Promise<readonly AdAccount[]> {
    const before = await tx.adAccounts.ofConnection(this.#connection.id);
    for (const facts of listed) {
      const known = before.find(({ externalId }) => externalId === facts.externalId);
      await tx.adAccounts.put(this.#renewed(facts, known, now));
    }
    const names = listed.map(({ externalId }) => externalId);
    for (const gone of before.filter(
      ({ externalId, goneAt }) => goneAt === undefined && !names.includes(externalId),
    ))
      await tx.adAccounts.update(this.#connection.id, gone.externalId, { goneAt: now });
    this.#nameUnknown(names);
    return tx.adAccounts.ofConnection(this.#connection.id);
  }

  #renewed(facts: AccountFacts, known: AdAccount | undefined, now: Instant): AdAccount {
    const { only } = this.#wish;
    const asBefore = known?.chosen ?? 'on';
    const kept = known && {
      webhook: known.webhook,
      ...(known.subscriptionId !== undefined && { subscriptionId: known.subscriptionId }),
      ...(known.webhookWhy !== undefined && { webhookWhy: known.webhookWhy }),
    };
    return {
      webhook: 'none',
      ...kept,
      ...facts,
      connectionId: this.#connection.id,
      chosen: only === undefined ? asBefore : only.includes(facts.externalId) ? 'on' : 'off',
      syncedAt: now,
    };
  }

  #nameUnknown(names: readonly string[]): void {
    for (const id of this.#wish.only ?? [])
      if (!names.includes(id)) this.#gaps.push(`TikTok lists no ad account ${id} for this user.`);
  }

  async #settleAccess(): Promise<void> {
    const worst =
      this.#refusals.find((one) => accessAfter(one) === 're-authorise') ??
      this.#refusals.find((one) => accessAfter(one) !== undefined);
    // What could not be asked tells nothing of the access.
    if (worst === undefined && this.#refusals.length > 0) return;
    const state = (worst && accessAfter(worst)) ?? 'authorised';
    const why = worst && refusalText(worst);
    await commit(this.#context, (unit) => setAccess(unit, { connection: this.#connection, state, why }));
  }

  async #report(): Promise<SyncReport> {
    const { store } = this.#context.ports;
    return {
      access: await accessOf(this.#context, this.#connection.id),
      accounts: await store.adAccounts.ofConnection(this.#connection.id),
      gaps: this.#gaps,
      again: this.#refusals.some(isPassing) ? 'yes' : 'no',
    };
  }
}

/** Throws Fault `not-found`. The webhook follows with the sync that this plans. */
export async function chooseAccount(
  context: AppContext,
  id: ConnectionId,
  { account, chosen }: { readonly account: string; readonly chosen: AdAccount['chosen'] },
): Promise<AdAccount> {
  await requireTikTokConnection(context, id);
  return commit(context, async (unit) => {
    await unit.tx.adAccounts.update(id, account, { chosen });
    await planSync(unit, id);
    const all = await unit.tx.adAccounts.ofConnection(id);
    const changed = all.find(({ externalId }) => externalId === account);
    if (changed === undefined) throw new Fault('bug', `ad account ${account} was changed and is not there`);
    return changed;
  });
}
