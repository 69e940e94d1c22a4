/** Instant forms of ad accounts: ours are made beside them, and what became of their fields is noticed. */
import type { Connection, Form } from '../../domain/leads/lead.js';
import type { AdAccount } from '../../domain/tiktok/ad-account.js';
import { firstMap, staleEntries } from '../../domain/tiktok/form-fields.js';
import type { InstantForm, InstantFormFacts } from '../../domain/tiktok/instant-form.js';
import type { Refusal } from '../../domain/tiktok/refusals.js';
import type { FormId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { requireTikTok } from './account-access.js';

export interface FormRun {
  readonly connection: Connection;
  readonly token: string;
  /** Those that are wanted. */
  readonly accounts: readonly AdAccount[];
  readonly refused: (refusal: Refusal, about: string) => void;
  readonly gap: (sentence: string) => void;
}

export async function syncForms(context: AppContext, run: FormRun): Promise<void> {
  for (const account of run.accounts) {
    const listed = await requireTikTok(context).forms(run.token, account.externalId);
    if (listed.kind === 'refused')
      run.refused(listed.refusal, `Forms of ${account.name} could not be listed.`);
    else for (const facts of listed.value) await syncForm(context, run, account, facts);
  }
}

async function syncForm(
  context: AppContext,
  { connection, token, refused, gap }: FormRun,
  { externalId: accountId }: AdAccount,
  facts: InstantFormFacts,
): Promise<void> {
  if (facts.place === 'library') {
    gap(`Form ${facts.title} was moved to a Business Center: its fields and old leads cannot be read.`);
    return;
  }
  const fields = await requireTikTok(context).formFields(token, { accountId, formId: facts.externalId });
  if (fields.kind === 'refused') refused(fields.refusal, `Fields of form ${facts.title} could not be read.`);
  else
    await commit(context, (unit) =>
      keepForm(context, unit, { connection, accountId, facts, fields: fields.value }),
    );
}

interface SeenForm {
  readonly connection: Connection;
  readonly accountId: string;
  readonly facts: InstantFormFacts;
  readonly fields: readonly string[];
}

async function keepForm(context: AppContext, unit: Unit, seen: SeenForm): Promise<void> {
  const { tx, now } = unit;
  const { connection, accountId, facts, fields } = seen;
  const form = await ourForm(context, unit, seen);
  const before = await tx.instantForms.ofForm(form.id);
  const isChanged = before !== undefined && !sameNames(before.fields, fields);
  const changedAt = isChanged ? now : before?.changedAt;
  await tx.instantForms.put({
    ...{ formId: form.id, connectionId: connection.id, accountId, fields, seenAt: now },
    ...{ title: facts.title, status: facts.status },
    ...(changedAt !== undefined && { changedAt }),
  });
  if (isChanged) tellChange(unit, { form, before, fields });
}

/** One that leads came of before keeps its settings; a new one is called as at TikTok. */
async function ourForm(context: AppContext, { tx, now }: Unit, seen: SeenForm): Promise<Form> {
  const { connection, facts, fields } = seen;
  const known = await tx.forms.byExternalId(connection.id, facts.externalId);
  if (known !== undefined) return known;
  const form: Form = {
    id: context.ports.ids.next() as FormId,
    connectionId: connection.id,
    externalId: facts.externalId,
    enabled: 'on',
    displayName: facts.title,
    staticUtm: {},
    fieldMap: firstMap(fields),
    createdAt: now,
  };
  await tx.forms.add(form);
  return form;
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name));
}

function tellChange(
  { tell }: Unit,
  {
    form,
    before,
    fields,
  }: { readonly form: Form; readonly before: InstantForm; readonly fields: readonly string[] },
): void {
  tell({
    name: 'form.changed',
    payload: {
      form_id: form.id,
      connection_id: form.connectionId,
      name: form.displayName,
      added: fields.filter((name) => !before.fields.includes(name)),
      removed: before.fields.filter((name) => !fields.includes(name)),
      stale_map: staleEntries(fields, form.fieldMap),
    },
  });
}
