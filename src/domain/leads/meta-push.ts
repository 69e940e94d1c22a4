/**
 * Meta Lead Ads: the push names a lead only, its answers are fetched from the Graph API. Shapes: external-apis
 * reference §9.1. Called by the table of sources, and by app/leads/fetch-lead.ts for what was fetched.
 */
import { z } from 'zod';
import { present } from '../values/present.js';
import type { LeadEntry, ReadEntry, ReadPush } from './lead-entry.js';
import { idText, joinedText, plainText } from './plain-text.js';
import { isTree } from './tree-fields.js';

/** The version that the shapes above are of; `intake.apiUrl` of a connection says another one. */
export const META_API = 'https://graph.facebook.com/v21.0';
/** Asked for by name: without it the API answers with fewer. */
export const META_LEAD_FIELDS = [
  'id',
  'created_time',
  'ad_id',
  'ad_name',
  'adset_id',
  'adset_name',
  'campaign_id',
  'campaign_name',
  'form_id',
  'is_organic',
  'platform',
  'field_data',
] as const;

const pushSchema = z.object({
  object: plainText.optional(),
  entry: z.array(z.object({ changes: z.array(z.unknown()).default([]) })).max(1000),
});

const changeSchema = z.object({
  field: z.literal('leadgen'),
  value: z.object({
    leadgen_id: idText,
    form_id: idText.nullish(),
    ad_id: idText.nullish(),
    adgroup_id: idText.nullish(),
  }),
});

/** Never throws, whatever was posted. */
export function readMetaPush(parsed: unknown): ReadPush {
  const push = pushSchema.safeParse(parsed);
  if (!push.success) return { kind: 'unreadable', why: z.prettifyError(push.error) };
  if (push.data.object !== 'page')
    return { kind: 'other', why: `object ${push.data.object ?? ''} is no page` };
  return { kind: 'entries', entries: push.data.entry.flatMap(({ changes }) => changes.map(readChange)) };
}

function readChange(raw: unknown): ReadEntry {
  if (isTree(raw) && raw['field'] !== 'leadgen')
    return { kind: 'acknowledged', why: `a change of ${String(raw['field'])} is no lead` };
  const change = changeSchema.safeParse(raw);
  if (!change.success) return { kind: 'unusable', why: z.prettifyError(change.error) };
  const { leadgen_id: externalId, form_id, ad_id, adgroup_id } = change.data.value;
  const form = form_id ?? 'meta';
  const ids = present({ ad_id: ad_id ?? undefined, adgroup_id: adgroup_id ?? undefined });
  const entry = {
    externalId,
    kind: 'form' as const,
    form: { externalId: form, displayName: form },
    fields: [],
    touch: { utm_source: 'facebook', utm_medium: 'cpc', ...ids },
    ...present({ ad: ids.ad_id, adGroup: ids.adgroup_id }),
  };
  return { kind: 'awaited', entry };
}

const leadSchema = z.object({
  ad_id: idText.nullish(),
  ad_name: plainText.nullish(),
  adset_id: idText.nullish(),
  adset_name: plainText.nullish(),
  campaign_id: idText.nullish(),
  campaign_name: plainText.nullish(),
  is_organic: z.unknown().optional(),
  platform: plainText.nullish(),
  field_data: z.array(z.object({ name: plainText, values: z.unknown().optional() })),
});
type MetaLead = z.output<typeof leadSchema>;

/** `platform` is an open set: what is not known is told as it came. */
const PLATFORMS: Readonly<Record<string, string>> = { fb: 'facebook', ig: 'instagram' };

/** What was fetched, added to what the push said; undefined when it is no lead. */
export function fetchedMetaLead(pushed: LeadEntry, parsed: unknown): LeadEntry | undefined {
  const read = leadSchema.safeParse(parsed);
  if (!read.success) return undefined;
  const lead = read.data;
  const { platform, field_data, is_organic } = lead;
  return {
    ...pushed,
    ...advertisementOf(lead),
    fields: field_data.map(({ name, values }) => ({ field: name, value: joinedText(values) ?? '' })),
    touch: {
      ...pushed.touch,
      ...present({
        utm_source: platform == null ? undefined : (PLATFORMS[platform] ?? platform),
        utm_medium: is_organic === true ? 'social' : undefined,
        utm_campaign: lead.campaign_name ?? undefined,
        campaign_id: lead.campaign_id ?? undefined,
        ad_id: lead.ad_id ?? undefined,
      }),
    },
  };
}

function advertisementOf(lead: MetaLead): Pick<LeadEntry, 'campaign' | 'adGroup' | 'ad'> {
  return present({
    campaign: lead.campaign_name ?? lead.campaign_id ?? undefined,
    adGroup: lead.adset_name ?? lead.adset_id ?? undefined,
    ad: lead.ad_name ?? lead.ad_id ?? undefined,
  });
}

const errorSchema = z.object({
  error: z.object({ message: plainText.optional(), code: z.coerce.number().optional() }),
});

export interface MetaRefusal {
  /** `authorise`: the token no longer holds, a person must renew it. `throttled`: later. `other`: perhaps later. */
  readonly kind: 'authorise' | 'throttled' | 'other';
  readonly why: string;
}

const EXPIRED = 190;
const THROTTLED: readonly number[] = [4, 17, 32, 613];

export function metaRefusal(status: number, parsed: unknown): MetaRefusal {
  const read = errorSchema.safeParse(parsed);
  const { code, message = '' } = read.success ? read.data.error : {};
  const why = `status ${status}${code === undefined ? '' : `, code ${code}`}: ${message}`;
  if (code === EXPIRED) return { kind: 'authorise', why };
  return { kind: THROTTLED.includes(code ?? 0) || status === 429 ? 'throttled' : 'other', why };
}
