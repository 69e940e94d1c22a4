/** An entry of a source becomes a stored lead of its form, whichever way the entry came. */
import { draftOfEntry } from '../../domain/leads/entry-draft.js';
import type { Connection, Form, PushResult, PushSource } from '../../domain/leads/lead.js';
import type { EntryForm, LeadEntry } from '../../domain/leads/lead-entry.js';
import type { FormId, PushId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { touchAtIntake } from '../visitors/touch-at-intake.js';
import { judgeDraft, storeLead, type StoredLead } from './take-lead.js';

export interface EntryOwner {
  readonly source: PushSource | 'import';
  readonly connection: Connection;
  /** The push it came with. */
  readonly id?: PushId;
  /** It was left long ago, and comes only now. */
  readonly late?: 'yes';
}

/** Throws nothing of its own: what is wrong with an entry is its lead's status. */
export async function storeEntry(
  context: AppContext,
  unit: Unit,
  { source, connection, id: pushId, late }: EntryOwner,
  entry: LeadEntry,
): Promise<StoredLead> {
  const form = await formOf(context, unit, connection, entry.form);
  const draft = await touchAtIntake(unit.tx, draftOfEntry(entry, { source, connection, form }));
  return storeLead(context, unit, draft, { connection, form, ...present({ pushId, late }) });
}

/** What `storeEntry` would answer; nothing is stored. A repetition of a row of the same chunk is not known. */
export async function rehearseEntry(
  context: AppContext,
  unit: Unit,
  { source, connection, late }: EntryOwner,
  entry: LeadEntry,
): Promise<PushResult> {
  const { externalId = '' } = entry;
  const known = await unit.tx.leads.byExternalId(connection.id, externalId);
  if (known !== undefined) return { result: 'repeated', externalId, leadId: known.id, why: 'repeated-entry' };
  const form =
    (await unit.tx.forms.byExternalId(connection.id, entry.form.externalId)) ??
    newForm(context, unit, connection, entry.form);
  const draft = await touchAtIntake(unit.tx, draftOfEntry(entry, { source, connection, form }));
  const { judgement, resolved } = await judgeDraft(context, unit, draft, {
    ...{ connection, form },
    ...present({ late }),
  });
  const { status, reason } = judgement;
  const willCallAt = 'willCallAt' in judgement ? judgement.willCallAt : undefined;
  const answer = { status, reason, ...present({ willCallAt, locale: resolved.locale }) };
  return { result: 'stored', externalId, why: reason, answer };
}

export function resultOf({ kind, lead }: StoredLead, externalId: string | undefined): PushResult {
  const { leadId, status, willCallAt, locale } = lead;
  const reason = kind === 'repeated' ? 'repeated-entry' : lead.reason;
  return {
    result: kind,
    leadId,
    why: reason,
    answer: { status, reason, ...present({ willCallAt, locale }) },
    ...present({ externalId }),
  };
}

async function formOf(
  context: AppContext,
  unit: Unit,
  connection: Connection,
  named: EntryForm,
): Promise<Form> {
  const known = await unit.tx.forms.byExternalId(connection.id, named.externalId);
  if (known !== undefined) return known;
  const form = newForm(context, unit, connection, named);
  await unit.tx.forms.add(form);
  return form;
}

/** A form first seen in a push is created enabled, with defaults. */
function newForm(
  context: AppContext,
  { now }: Unit,
  connection: Connection,
  { externalId, displayName }: EntryForm,
): Form {
  return {
    id: context.ports.ids.next() as FormId,
    connectionId: connection.id,
    externalId,
    enabled: 'on',
    displayName,
    staticUtm: {},
    fieldMap: {},
    createdAt: now,
  };
}
