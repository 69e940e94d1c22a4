/**
 * TikTok's lead webhook, parsed (ids already strings: they have 19 digits) → what each entry means. Shape and object
 * types: external-apis reference §1.8. Fields may be missing and in any order; one push holds up to 1000 entries.
 */
import { z } from 'zod';
import { leadField, touchName } from './aliases.js';
import { present } from '../values/present.js';
import type { Connection, Form, LeadAnswer, LeadDraft } from './lead.js';

/** Object types of a push; only leads are imported, the others are acknowledged. */
export const TIKTOK_LEAD_OBJECT = 1;
export const TIKTOK_MAXIMUM_ENTRIES = 1000;

const id = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const text = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).transform(String);
const change = z.object({
  field: z.string(),
  value: z.union([text, z.array(text).transform((all) => all.join(', ')), z.null()]),
});

const entrySchema = z.object({
  id,
  page_id: id.nullish(),
  page_name: text.nullish(),
  campaign_id: id.nullish(),
  campaign_name: text.nullish(),
  adgroup_id: id.nullish(),
  adgroup_name: text.nullish(),
  ad_id: id.nullish(),
  ad_name: text.nullish(),
  lead_source: text.nullish(),
  test: z.unknown().optional(),
  changes: z.array(change).nullish(),
});
export type TikTokEntry = z.output<typeof entrySchema>;

const pushSchema = z.object({
  object: z.union([z.number(), z.string(), z.bigint()]).transform(Number),
  entry: z.array(z.unknown()).max(TIKTOK_MAXIMUM_ENTRIES).optional(),
});

export type ReadEntry =
  | { readonly kind: 'lead'; readonly entry: TikTokEntry }
  | { readonly kind: 'unusable'; readonly externalId?: string; readonly why: string };

export type ReadPush =
  | { readonly kind: 'leads'; readonly entries: readonly ReadEntry[] }
  | { readonly kind: 'other'; readonly object: number; readonly count: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Never throws, whatever was posted. */
export function readTikTokPush(parsed: unknown): ReadPush {
  const push = pushSchema.safeParse(parsed);
  if (!push.success) return { kind: 'unreadable', why: z.prettifyError(push.error) };
  const entries = push.data.entry ?? [];
  if (push.data.object !== TIKTOK_LEAD_OBJECT)
    return { kind: 'other', object: push.data.object, count: entries.length };
  return { kind: 'leads', entries: entries.map(readEntry) };
}

function readEntry(raw: unknown): ReadEntry {
  const entry = entrySchema.safeParse(raw);
  if (entry.success) return { kind: 'lead', entry: entry.data };
  const known = z.object({ id }).safeParse(raw);
  const why = z.prettifyError(entry.error);
  return known.success ? { kind: 'unusable', externalId: known.data.id, why } : { kind: 'unusable', why };
}

/** Form of an entry at the source. Direct-message leads have no page: they share one form of that name. */
export function formKeyOf(entry: TikTokEntry): { readonly externalId: string; readonly displayName: string } {
  const externalId = entry.page_id ?? entry.lead_source?.toLowerCase() ?? 'no-page';
  return { externalId, displayName: entry.page_name ?? externalId };
}

/** The entry as a lead of this form. The form's static UTM comes first, the push fills the rest. */
export function draftOfEntry(entry: TikTokEntry, connection: Connection, form: Form): LeadDraft {
  const fields = sortFields(entry, form);
  return {
    source: 'tiktok',
    kind: 'form',
    connectionId: connection.id,
    formId: form.id,
    externalId: entry.id,
    ...present({
      rawPhone: fields.named['phone'],
      clientName: fields.named['client_name'],
      email: fields.named['email'],
      country: fields.named['country'],
      ...adOf(entry),
    }),
    answers: fields.answers,
    touch: { ...touchOf(entry), ...fields.touch, ...form.staticUtm },
    ...(isTest(entry.test) ? { test: 'yes' as const } : {}),
  };
}

/** Names are for people; an id stands in for one that the push does not give. */
function adOf(entry: TikTokEntry): Pick<LeadDraft, 'campaign' | 'adGroup' | 'ad'> {
  return present({
    campaign: entry.campaign_name ?? entry.campaign_id ?? undefined,
    adGroup: entry.adgroup_name ?? entry.adgroup_id ?? undefined,
    ad: entry.ad_name ?? entry.ad_id ?? undefined,
  });
}

interface SortedFields {
  readonly named: Readonly<Record<string, string>>;
  readonly touch: Readonly<Record<string, string>>;
  readonly answers: readonly LeadAnswer[];
}

/** The form's own field map wins over the common aliases; what nobody knows is an answer under its own label. */
function sortFields(entry: TikTokEntry, form: Form): SortedFields {
  const named: Record<string, string> = {};
  const touch: Record<string, string> = {};
  const answers: LeadAnswer[] = [];
  for (const { field, value } of entry.changes ?? []) {
    if (value === null || value.trim() === '') continue;
    const mapped = (Object.hasOwn(form.fieldMap, field) ? form.fieldMap[field] : undefined) ?? field;
    const ours = leadField(mapped);
    const touched = touchName(mapped);
    if (ours !== undefined && named[ours] === undefined) named[ours] = value;
    else if (touched !== undefined) touch[touched] = value;
    else answers.push({ field: mapped, value });
  }
  return { named, touch, answers };
}

function touchOf(entry: TikTokEntry): Readonly<Record<string, string>> {
  return present({
    utm_source: 'tiktok',
    utm_medium: 'cpc',
    utm_campaign: entry.campaign_name ?? undefined,
    campaign_id: entry.campaign_id ?? undefined,
    adgroup_id: entry.adgroup_id ?? undefined,
    ad_id: entry.ad_id ?? undefined,
  });
}

function isTest(flag: unknown): boolean {
  return flag === true || flag === 1 || flag === '1' || flag === 'true';
}
