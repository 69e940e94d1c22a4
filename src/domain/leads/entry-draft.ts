/**
 * An entry of a source as a lead of its form: the form's own field map wins over the common aliases, what nobody knows
 * is an answer under its own label, and the form's static UTM wins over what the push says.
 */
import type { Instant, SessionId, VisitorId } from '../values/ids.js';
import { present } from '../values/present.js';
import { leadField, touchName, type LeadField } from './aliases.js';
import { callTimeOf } from './call-time.js';
import { clientNameOf } from './client-name.js';
import type { Connection, Form, LeadAnswer, LeadDraft, PushSource } from './lead.js';
import type { EntryField, LeadEntry } from './lead-entry.js';
import { gaClientId, touchOfUrl } from './url-touch.js';

export const LONGEST_ANSWER = 4000;

export interface EntryOrigin {
  readonly source: PushSource | 'import';
  readonly connection: Connection;
  readonly form: Form;
}

export function draftOfEntry(entry: LeadEntry, { source, connection, form }: EntryOrigin): LeadDraft {
  const { named, touch, answers } = sortFields(entry.fields, form.fieldMap);
  const { externalId, campaign, adGroup, ad, test, kind } = entry;
  return {
    source,
    kind,
    connectionId: connection.id,
    formId: form.id,
    answers,
    touch: { ...touchOfUrl(touch['page_url']), ...entry.touch, ...touch, ...form.staticUtm },
    ...present({
      externalId,
      campaign,
      adGroup,
      ad,
      test,
      rawPhone: named.phone,
      clientName: clientNameOf(named),
      email: named.email,
      country: named.country?.toUpperCase(),
      locale: named.locale,
      callAt: callAtOf(named.call_at),
      visitorId: touch['visitor_id']?.slice(0, 64) as VisitorId | undefined,
      sessionId: touch['session_id']?.slice(0, 64) as SessionId | undefined,
      clientAddress: touch['ip'],
    }),
  };
}

interface SortedFields {
  readonly named: Partial<Record<LeadField, string>>;
  readonly touch: Record<string, string>;
  readonly answers: LeadAnswer[];
}

function sortFields(fields: readonly EntryField[], fieldMap: Form['fieldMap']): SortedFields {
  const sorted: SortedFields = { named: {}, touch: {}, answers: [] };
  for (const field of fields) {
    const value = field.value.trim().slice(0, LONGEST_ANSWER);
    if (value !== '') sortField(sorted, nameOf(field, fieldMap), value);
  }
  return sorted;
}

function sortField({ named, touch, answers }: SortedFields, name: string, value: string): void {
  const ours = leadField(name);
  const touched = touchName(name);
  if (ours !== undefined && named[ours] === undefined && isUsable(ours, value)) named[ours] = value;
  else if (touched !== undefined) touch[touched] ??= touched === 'ga_client_id' ? gaClientId(value) : value;
  else answers.push({ field: name, value });
}

/** The first name that the map or the aliases know; else the label. */
function nameOf({ field, aka = [] }: EntryField, fieldMap: Form['fieldMap']): string {
  const names = [field, ...aka];
  const mapped = names.find((name) => Object.hasOwn(fieldMap, name));
  if (mapped !== undefined) return fieldMap[mapped] ?? field;
  return names.find((name) => leadField(name) !== undefined || touchName(name) !== undefined) ?? field;
}

/** A question may be labelled like a field of ours and mean something else: its answer stays one. */
const USABLE: Readonly<Partial<Record<LeadField, (value: string) => boolean>>> = {
  phone: () => true,
  client_name: () => true,
  last_name: () => true,
  email: () => true,
  country: (value) => /^[a-z]{2}$/i.test(value),
  locale: (value) => /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i.test(value),
  call_at: (value) => callAtOf(value) !== undefined,
};

function isUsable(field: LeadField, value: string): boolean {
  return USABLE[field]?.(value) ?? false;
}

function callAtOf(written: string | undefined): Instant | undefined {
  return written === undefined ? undefined : callTimeOf(written);
}
