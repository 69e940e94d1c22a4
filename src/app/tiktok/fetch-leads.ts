/**
 * Fetches the leads that TikTok keeps of a form and takes those that no push brought, as pushes would be taken. Each fetch is
 * a row and a job: a crash goes on where it was, and a lead that is known already is found by its id.
 */
import type { Connection, Form } from '../../domain/leads/lead.js';
import { leadOfRow, type ExportedRow } from '../../domain/tiktok/exported-lead.js';
import type { InstantForm } from '../../domain/tiktok/instant-form.js';
import type { LeadExport, LeadExportId } from '../../domain/tiktok/lead-export.js';
import { isPassing, refusalText, type Refusal } from '../../domain/tiktok/refusals.js';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { storeEntry } from '../leads/store-entry.js';
import type { Job } from '../ports/store.js';
import type { TikTokAnswer } from '../ports/tiktok.js';
import type { TaskOutcome } from '../tasks.js';
import { noteRefusal, requireTikTok, requireTikTokConnection, rulesOf, tokenOf } from './account-access.js';

/** Rows in one transaction: calls that run must not wait long for the store. */
const CHUNK = 50;
const POLL_AFTER_MS = 3000;
/** Its waits grow to an hour: about half a day. */
const JOB_TRIES = 20;

/** A fetch of every region that the settings name, for each form. */
export async function planFetch(
  context: AppContext,
  { tx, now }: Unit,
  forms: readonly InstantForm[],
): Promise<readonly LeadExport[]> {
  const planned = forms.flatMap((form) =>
    rulesOf(context).leadRegions.map((region): LeadExport => ({
      id: context.ports.ids.next() as LeadExportId,
      connectionId: form.connectionId,
      formId: form.formId,
      accountId: form.accountId,
      ...{ region, state: 'asked', found: 0, added: 0, repeated: 0, askedAt: now },
    })),
  );
  for (const one of planned) {
    await tx.leadExports.add(one);
    await tx.jobs.add({
      task: 'fetch-missed-leads',
      payload: { exportId: one.id },
      runAt: now,
      maxTries: JOB_TRIES,
      key: `fetch:${one.id}`,
    });
  }
  return planned;
}

/** Of one form, or of all that are known. Throws Fault `not-found`, `conflict` (no form is known yet). */
export async function requestFetch(
  context: AppContext,
  id: ConnectionId,
  formId?: FormId,
): Promise<readonly LeadExport[]> {
  const { name } = await requireTikTokConnection(context, id);
  const known = await context.ports.store.instantForms.ofConnection(id);
  if (known.length === 0) throw new Fault('conflict', `no form of ${name} is known: synchronise first`);
  const asked = known.filter((form) => formId === undefined || form.formId === formId);
  if (asked.length === 0) throw new Fault('not-found', `${name} has no instant form ${String(formId)}`);
  return commit(context, (unit) => planFetch(context, unit, asked));
}

/** Task `fetch-missed-leads`. */
export async function fetchLeads(context: AppContext, { payload, tries }: Job): Promise<TaskOutcome> {
  const { store } = context.ports;
  const asked = await store.leadExports.byId(payload['exportId'] as LeadExportId);
  if (asked === undefined || asked.state === 'done' || asked.state === 'failed') return { kind: 'done' };
  const form = await store.forms.byId(asked.formId);
  const connection = await store.connections.byId(asked.connectionId);
  const token = await tokenOf(context, asked.connectionId);
  if (form === undefined || connection === undefined || token === undefined)
    return end(context, asked, { state: 'failed', why: 'The account is not authorised any more.' });
  const outcome = await new Fetch(context, { asked, form, connection, token }).step();
  return outcome.kind === 'retry' && tries + 1 >= JOB_TRIES
    ? end(context, asked, { state: 'failed', why: outcome.why })
    : outcome;
}

async function end(
  context: AppContext,
  { id }: LeadExport,
  change: Partial<LeadExport>,
): Promise<TaskOutcome> {
  await context.ports.store.leadExports.update(id, { ...change, endedAt: context.ports.clock.now() });
  return { kind: 'done' };
}

interface FetchParts {
  readonly asked: LeadExport;
  readonly form: Form;
  readonly connection: Connection;
  readonly token: string;
}

/** One look at a fetch: begins it, waits for it, or takes what it brought. */
class Fetch {
  readonly #context: AppContext;
  readonly #parts: FetchParts;

  constructor(context: AppContext, parts: FetchParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async step(): Promise<TaskOutcome> {
    const { asked, token } = this.#parts;
    const tiktok = requireTikTok(this.#context);
    const { taskId } = asked;
    const state = await (taskId === undefined
      ? tiktok.startExport(token, this.#place())
      : tiktok.exportState(token, { ...this.#place(), taskId }));
    if (state.kind === 'refused') return this.#refused(state.refusal);
    const now = { ...asked, taskId: state.value.taskId };
    await this.#context.ports.store.leadExports.update(asked.id, { taskId: now.taskId, state: 'running' });
    if (state.value.progress === 'failed')
      return end(this.#context, asked, { state: 'failed', why: 'TikTok could not make the file.' });
    return state.value.progress === 'ready' ? this.#take(now.taskId) : this.#wait('the file is being made');
  }

  #place() {
    const { asked, form } = this.#parts;
    return { accountId: asked.accountId, formId: form.externalId, region: asked.region };
  }

  #wait(why: string): TaskOutcome {
    return { kind: 'retry', why, notBefore: this.#context.ports.clock.now() + POLL_AFTER_MS };
  }

  async #refused(refusal: Refusal): Promise<TaskOutcome> {
    const { asked, connection } = this.#parts;
    if (isPassing(refusal)) return this.#wait(refusalText(refusal));
    await noteRefusal(this.#context, connection, refusal);
    return end(this.#context, asked, { state: 'failed', why: refusalText(refusal) });
  }

  async #take(taskId: string): Promise<TaskOutcome> {
    const { asked, token } = this.#parts;
    const file = await requireTikTok(this.#context).downloadExport(token, { ...this.#place(), taskId });
    if (file.kind === 'refused') return this.#lost(file);
    const counts = await this.#import(file.value);
    await commit(this.#context, async ({ tx, now, tell }) => {
      await tx.leadExports.update(asked.id, { ...counts, state: 'done', endedAt: now });
      const { connectionId, formId, region } = asked;
      tell({
        name: 'leads.fetched',
        payload: { connection_id: connectionId, form_id: formId, region, ...counts },
      });
    });
    return { kind: 'done' };
  }

  /** The file vanishes some ten minutes after it was made: then it is made anew, as far as the tries go. */
  async #lost(answer: TikTokAnswer<never> & { readonly kind: 'refused' }): Promise<TaskOutcome> {
    const { refusal } = answer;
    if (isPassing(refusal) || (refusal.kind !== 'invalid-request' && refusal.kind !== 'unreadable'))
      return this.#refused(refusal);
    // The column is emptied by name.
    const anew = {
      state: 'asked',
      why: refusalText(refusal),
      taskId: undefined,
    } as unknown as Partial<LeadExport>;
    await this.#context.ports.store.leadExports.update(this.#parts.asked.id, anew);
    return this.#wait(refusalText(refusal));
  }

  async #import(rows: readonly ExportedRow[]): Promise<Pick<LeadExport, 'found' | 'added' | 'repeated'>> {
    const counts = { found: rows.length, added: 0, repeated: 0 };
    for (let from = 0; from < rows.length; from += CHUNK)
      await commit(this.#context, async (unit) => {
        for (const row of rows.slice(from, from + CHUNK)) {
          const kind = await this.#importRow(unit, row);
          if (kind === 'stored') counts.added += 1;
          if (kind === 'repeated') counts.repeated += 1;
        }
      });
    return counts;
  }

  async #importRow(unit: Unit, row: ExportedRow): Promise<'stored' | 'repeated' | 'unusable'> {
    const { form, connection } = this.#parts;
    const lead = leadOfRow(row, { externalId: form.externalId, displayName: form.displayName });
    if (lead === undefined) return 'unusable';
    const isFresh = unit.now - (lead.leftAt ?? 0) <= rulesOf(this.#context).callWithinMs;
    const owner = { source: 'tiktok' as const, connection, ...(!isFresh && { late: 'yes' as const }) };
    return (await storeEntry(this.#context, unit, owner, lead.entry)).kind;
  }
}
