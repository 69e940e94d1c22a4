/**
 * Google Ads' lead form webhook: one lead a push, its columns as the advertiser chose them. Shape: external-apis
 * reference §9.2. 8-byte ids, so they are strings already. `google_key` was compared by the http room.
 */
import { z } from 'zod';
import { present } from '../values/present.js';
import type { EntryField, LeadEntry, ReadPush } from './lead-entry.js';
import { idText, plainText } from './plain-text.js';

/** Older payloads have names only, custom questions ids of their own. */
const column = z.object({
  column_id: plainText.nullish(),
  column_name: plainText.nullish(),
  string_value: plainText.nullish(),
});

const pushSchema = z.object({
  lead_id: idText,
  user_column_data: z.array(column).default([]),
  form_id: idText.nullish(),
  campaign_id: idText.nullish(),
  adgroup_id: idText.nullish(),
  creative_id: idText.nullish(),
  asset_group_id: idText.nullish(),
  gcl_id: plainText.nullish(),
  is_test: z.unknown().optional(),
});
type GoogleLead = z.output<typeof pushSchema>;

/** Never throws, whatever was posted. */
export function readGoogleAdsPush(parsed: unknown): ReadPush {
  const push = pushSchema.safeParse(parsed);
  if (!push.success) return { kind: 'unreadable', why: z.prettifyError(push.error) };
  return { kind: 'entries', entries: [{ kind: 'lead', entry: entryOf(push.data) }] };
}

function entryOf(lead: GoogleLead): LeadEntry {
  const form = lead.form_id ?? 'google-ads';
  return {
    externalId: lead.lead_id,
    kind: 'form',
    form: { externalId: form, displayName: form },
    fields: fieldsOf(lead),
    touch: present({
      utm_source: 'google',
      utm_medium: 'cpc',
      gclid: lead.gcl_id ?? undefined,
      campaign_id: lead.campaign_id ?? undefined,
      adgroup_id: lead.adgroup_id ?? undefined,
      ad_id: adOf(lead),
    }),
    ...present({
      campaign: lead.campaign_id ?? undefined,
      adGroup: lead.adgroup_id ?? undefined,
      ad: adOf(lead),
      test: lead.is_test === true || lead.is_test === 'true' ? ('yes' as const) : undefined,
    }),
  };
}

/** Performance Max has groups of assets instead of advertisements. */
function adOf({ creative_id, asset_group_id }: GoogleLead): string | undefined {
  return creative_id ?? asset_group_id ?? undefined;
}

/** The first phone is the lead's: that of work only when there is no other. */
function fieldsOf({ user_column_data: columns }: GoogleLead): readonly EntryField[] {
  const read = columns.flatMap(({ column_id, column_name, string_value }): EntryField[] => {
    const names = [column_name, column_id].flatMap((name) => name ?? []);
    const [field, ...aka] = names;
    return field === undefined ? [] : [{ field, value: string_value ?? '', aka }];
  });
  const isOfWork = ({ field, aka = [] }: EntryField) =>
    [field, ...aka].some((name) => /^work[ _]/i.test(name));
  return [...read.filter((field) => !isOfWork(field)), ...read.filter(isOfWork)];
}
