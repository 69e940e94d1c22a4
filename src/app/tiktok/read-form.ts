/** An instant form beside the form of ours, field by field. */
import type { Form } from '../../domain/leads/lead.js';
import { formFields, staleEntries, type FormField } from '../../domain/tiktok/form-fields.js';
import type { InstantForm } from '../../domain/tiktok/instant-form.js';
import type { FormId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';

export interface FormReading {
  readonly form: Form;
  readonly source: InstantForm;
  readonly fields: readonly FormField[];
  /** Entries of the field map whose field is no longer on the form. */
  readonly stale: readonly string[];
}

/** Throws Fault `not-found`. */
export async function readForm({ ports }: AppContext, id: FormId): Promise<FormReading> {
  const form = await ports.store.forms.byId(id);
  const source = await ports.store.instantForms.ofForm(id);
  if (form === undefined) throw new Fault('not-found', `There is no form ${id}.`);
  if (source === undefined) throw new Fault('not-found', `No sync has seen ${form.displayName} at TikTok.`);
  const { fields } = source;
  return {
    form,
    source,
    fields: formFields(fields, form.fieldMap),
    stale: staleEntries(fields, form.fieldMap),
  };
}
