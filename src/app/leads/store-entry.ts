/** An entry of a source becomes a stored lead of its form, whichever way the entry came. */
import { draftOfEntry } from '../../domain/leads/entry-draft.js';
import type { Connection, Form, PushResult, PushSource } from '../../domain/leads/lead.js';
import type { EntryForm, LeadEntry } from '../../domain/leads/lead-entry.js';
import type { FormId, PushId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { touchAtIntake } from '../visitors/touch-at-intake.js';
import { storeLead, type StoredLead } from './take-lead.js';

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

/** A form first seen in a push is created enabled, with defaults. */
export async function formOf(
  context: AppContext,
  { tx, now }: Unit,
  connection: Connection,
  { externalId, displayName }: EntryForm,
): Promise<Form> {
  const known = await tx.forms.byExternalId(connection.id, externalId);
  if (known !== undefined) return known;
  const form: Form = {
    id: context.ports.ids.next() as FormId,
    connectionId: connection.id,
    externalId,
    enabled: 'on',
    displayName,
    staticUtm: {},
    fieldMap: {},
    createdAt: now,
  };
  await tx.forms.add(form);
  return form;
}
