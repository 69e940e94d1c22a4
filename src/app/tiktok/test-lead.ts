/**
 * Does a lead of this form come all the way? A test lead is made at TikTok and taken here as a test, which nobody calls;
 * then its push is waited for. Whether TikTok pushes test leads at all is not documented: without the push the lead is read
 * from TikTok once more, and the answer says which of both happened.
 */
import { draftOfEntry } from '../../domain/leads/entry-draft.js';
import type { Connection, Form } from '../../domain/leads/lead.js';
import { leadOfFetched, type FetchedLead } from '../../domain/tiktok/exported-lead.js';
import type { InstantForm } from '../../domain/tiktok/instant-form.js';
import { refusalText } from '../../domain/tiktok/refusals.js';
import type { ConnectionId, FormId, Instant } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import { storeEntry } from '../leads/store-entry.js';
import { withdrawLead } from '../leads/withdraw-lead.js';
import type { TikTokAnswer } from '../ports/tiktok.js';
import { noteRefusal, requireTikTok, requireTikTokConnection, tokenOf } from './account-access.js';

export interface TestLeadWish {
  /** Absent: the first published form. */
  readonly formId?: FormId;
  /** For the push. */
  readonly waitMs: number;
}

export interface TestLeadReport {
  /** `pushed`: all of it works. `fetched`: TikTok has the lead, its push did not come in time. */
  readonly result: 'pushed' | 'fetched';
  readonly externalId: string;
  readonly form: Pick<Form, 'id' | 'displayName'>;
  /** What our lead would have: absent, the form has no such field. */
  readonly phone: 'there' | 'missing';
  readonly answers: readonly string[];
}

const LOOK_EVERY_MS = 250;

/** Throws Fault `not-found`, `conflict` (not authorised, no form known), `tiktok-refused`. */
export async function testLead(
  context: AppContext,
  id: ConnectionId,
  wish: TestLeadWish,
): Promise<TestLeadReport> {
  const connection = await requireTikTokConnection(context, id);
  const token = await tokenOf(context, id);
  if (token === undefined) throw new Fault('conflict', `${connection.name} was not authorised yet`);
  const known = await instantFormOf(context, connection, wish.formId);
  const form = await context.ports.store.forms.byId(known.formId);
  if (form === undefined) throw new Fault('not-found', `There is no form ${known.formId}.`);
  return new TestRun(context, { connection, token, form, accountId: known.accountId }).run(wish.waitMs);
}

async function instantFormOf(
  { ports }: AppContext,
  { id, name }: Connection,
  formId: FormId | undefined,
): Promise<InstantForm> {
  const all = await ports.store.instantForms.ofConnection(id);
  const found = all.find((one) =>
    formId === undefined ? one.status === 'PUBLISHED' : one.formId === formId,
  );
  if (found !== undefined) return found;
  throw formId === undefined
    ? new Fault('conflict', `no published form of ${name} is known: synchronise first`)
    : new Fault('not-found', `${name} has no instant form ${formId}`);
}

interface TestParts {
  readonly connection: Connection;
  readonly token: string;
  readonly form: Form;
  readonly accountId: string;
}

class TestRun {
  readonly #context: AppContext;
  readonly #parts: TestParts;

  constructor(context: AppContext, parts: TestParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async run(waitMs: number): Promise<TestLeadReport> {
    const begunAt = this.#context.ports.clock.now();
    const made = await this.#make();
    try {
      await this.#takeAsTest(made);
      const pushed = await this.#pushed(made.leadId, begunAt, waitMs);
      if (pushed === 'no') await this.#must(requireTikTok(this.#context).testLead(...this.#where()));
      return this.#report(made, pushed);
    } finally {
      await this.#remove(made.leadId);
    }
  }

  #where(): [string, { readonly accountId: string; readonly formId: string }] {
    const { token, accountId, form } = this.#parts;
    return [token, { accountId, formId: form.externalId }];
  }

  async #must<T>(answer: Promise<TikTokAnswer<T>>): Promise<T> {
    const given = await answer;
    if (given.kind === 'ok') return given.value;
    await noteRefusal(this.#context, this.#parts.connection, given.refusal);
    throw new Fault('tiktok-refused', refusalText(given.refusal));
  }

  /** One that an earlier test left is removed first: TikTok keeps one a form. */
  async #make(): Promise<FetchedLead> {
    const tiktok = requireTikTok(this.#context);
    const left = await tiktok.testLead(...this.#where());
    if (left.kind === 'ok') await this.#remove(left.value.leadId);
    return this.#must(tiktok.createTestLead(...this.#where()));
  }

  async #remove(leadId: string): Promise<void> {
    const { token, accountId } = this.#parts;
    await requireTikTok(this.#context).removeTestLead(token, { accountId, leadId });
  }

  #entry(made: FetchedLead) {
    const { externalId, displayName } = this.#parts.form;
    return { ...leadOfFetched(made, { externalId, displayName }), test: 'yes' as const };
  }

  /** Stored before its push can come, so that the push repeats a test; one that was faster is made one, and withdrawn. */
  async #takeAsTest(made: FetchedLead): Promise<void> {
    const { connection } = this.#parts;
    const owner = { source: 'tiktok' as const, connection };
    const stored = await commit(this.#context, async (unit) => {
      const taken = await storeEntry(this.#context, unit, owner, this.#entry(made));
      if (taken.kind === 'repeated') await unit.tx.leads.update(taken.lead.leadId, { test: 'yes' });
      return taken;
    });
    if (stored.kind === 'repeated') await withdrawLead(this.#context, stored.lead.leadId, 'test');
  }

  async #pushed(leadId: string, since: Instant, waitMs: number): Promise<'yes' | 'no'> {
    const { clock, store } = this.#context.ports;
    const { id } = this.#parts.connection;
    for (;;) {
      const pushes = await store.pushes.since(id, since);
      if (pushes.some(({ results }) => results.some(({ externalId }) => externalId === leadId))) return 'yes';
      if (clock.now() - since >= waitMs) return 'no';
      await new Promise<void>((resolve) => void clock.after(LOOK_EVERY_MS, resolve));
    }
  }

  #report(made: FetchedLead, pushed: 'yes' | 'no'): TestLeadReport {
    const { connection, form } = this.#parts;
    const draft = draftOfEntry(this.#entry(made), { source: 'tiktok', connection, form });
    return {
      result: pushed === 'yes' ? 'pushed' : 'fetched',
      externalId: made.leadId,
      form: { id: form.id, displayName: form.displayName },
      phone: draft.rawPhone === undefined ? 'missing' : 'there',
      answers: draft.answers.map(({ field }) => field),
    };
  }
}
