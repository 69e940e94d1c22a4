/**
 * TikTok's lead webhook, parsed (ids already strings: they have 19 digits) → what each entry means. Shape and object
 * types: external-apis reference §1.8. Fields may be missing and in any order; one push holds up to 1000 entries.
 */
import { z } from 'zod';
import { present } from '../values/present.js';
import type { Touch } from './lead.js';
import {
  MAXIMUM_ENTRIES,
  type EntryForm,
  type LeadEntry,
  type ReadEntry,
  type ReadPush,
} from './lead-entry.js';
import { idText, plainText } from './plain-text.js';

/** Object types of a push; only leads are imported, the others are acknowledged. */
const TIKTOK_LEAD_OBJECT = 1;

const change = z.object({
  field: z.string(),
  value: z.union([plainText, z.array(plainText).transform((all) => all.join(', ')), z.null()]),
});

const entrySchema = z.object({
  id: idText,
  page_id: idText.nullish(),
  page_name: plainText.nullish(),
  campaign_id: idText.nullish(),
  campaign_name: plainText.nullish(),
  adgroup_id: idText.nullish(),
  adgroup_name: plainText.nullish(),
  ad_id: idText.nullish(),
  ad_name: plainText.nullish(),
  lead_source: plainText.nullish(),
  test: z.unknown().optional(),
  changes: z.array(change).nullish(),
});
type TikTokEntry = z.output<typeof entrySchema>;

const pushSchema = z.object({
  object: z.union([z.number(), z.string(), z.bigint()]).transform(Number),
  entry: z.array(z.unknown()).max(MAXIMUM_ENTRIES).optional(),
});

/** Never throws, whatever was posted. */
export function readTikTokPush(parsed: unknown): ReadPush {
  const push = pushSchema.safeParse(parsed);
  if (!push.success) return { kind: 'unreadable', why: z.prettifyError(push.error) };
  if (push.data.object !== TIKTOK_LEAD_OBJECT)
    return { kind: 'other', why: `object ${push.data.object} is no lead` };
  return { kind: 'entries', entries: (push.data.entry ?? []).map(readEntry) };
}

function readEntry(raw: unknown): ReadEntry {
  const entry = entrySchema.safeParse(raw);
  if (entry.success) return { kind: 'lead', entry: entryOf(entry.data) };
  const known = z.object({ id: idText }).safeParse(raw);
  const why = z.prettifyError(entry.error);
  return known.success ? { kind: 'unusable', externalId: known.data.id, why } : { kind: 'unusable', why };
}

function entryOf(entry: TikTokEntry): LeadEntry {
  return {
    externalId: entry.id,
    kind: 'form',
    form: formOf(entry),
    fields: (entry.changes ?? []).map(({ field, value }) => ({ field, value: value ?? '' })),
    touch: touchOf(entry),
    ...adOf(entry),
    ...(isTest(entry.test) ? { test: 'yes' as const } : {}),
  };
}

/** Direct-message leads have no page: they share one form of that name. */
function formOf(entry: TikTokEntry): EntryForm {
  const externalId = entry.page_id ?? entry.lead_source?.toLowerCase() ?? 'no-page';
  return { externalId, displayName: entry.page_name ?? externalId };
}

/** Names are for people; an id stands in for one that the push does not give. */
function adOf(entry: TikTokEntry): Pick<LeadEntry, 'campaign' | 'adGroup' | 'ad'> {
  return present({
    campaign: entry.campaign_name ?? entry.campaign_id ?? undefined,
    adGroup: entry.adgroup_name ?? entry.adgroup_id ?? undefined,
    ad: entry.ad_name ?? entry.ad_id ?? undefined,
  });
}

function touchOf(entry: TikTokEntry): Touch {
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
