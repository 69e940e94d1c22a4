/**
 * A lead as TikTok gives it out again, outside a push: a row of an exported file, whose column names are data, or the
 * answer about a test lead. Both become entries as a push's do, so that they are the same lead as the push's.
 */
import type { LeadEntry } from '../leads/lead-entry.js';
import type { Touch } from '../leads/lead.js';
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';

/** Column → value, in the order of the file. */
export type ExportedRow = Readonly<Record<string, string>>;

/** As `lead/get` and the test leads answer. */
export interface FetchedLead {
  readonly leadId: string;
  readonly formId: string;
  /** Label → value. */
  readonly answers: Readonly<Record<string, string>>;
  /** Names of `meta_data`: `campaign_name`, `ad_id`, … */
  readonly about: Readonly<Record<string, string>>;
}

export interface ExportedLead {
  readonly entry: LeadEntry;
  /** Absent when the file does not say. */
  readonly leftAt?: Instant;
}

interface FormName {
  readonly externalId: string;
  readonly displayName: string;
}

/** Plain column name → what it says of the lead; every other column is a field of the form. */
const ABOUT: Readonly<Record<string, string>> = {
  leadid: 'lead_id',
  adid: 'ad_id',
  adname: 'ad_name',
  campaignid: 'campaign_id',
  campaignname: 'campaign_name',
  adgroupid: 'adgroup_id',
  adgroupname: 'adgroup_name',
  createtime: 'create_time',
  createdtime: 'create_time',
  createdat: 'create_time',
  submittime: 'create_time',
  formid: 'page_id',
  formname: 'page_name',
  pageid: 'page_id',
  pagename: 'page_name',
};

const plain = (column: string): string => column.toLowerCase().replaceAll(/[^a-z]/g, '');

/** Undefined for a row without an id: it could come twice. */
export function leadOfRow(row: ExportedRow, form: FormName): ExportedLead | undefined {
  const about: Record<string, string> = {};
  const fields: { field: string; value: string }[] = [];
  for (const [column, value] of Object.entries(row)) {
    const name = ABOUT[plain(column)];
    if (name === undefined) fields.push({ field: column, value });
    else if (value.trim() !== '') about[name] = value.trim();
  }
  const externalId = idOf(about['lead_id']);
  if (externalId === undefined) return undefined;
  const leftAt = utcOf(about['create_time']);
  return { entry: { ...entryAbout(about, form), externalId, fields }, ...present({ leftAt }) };
}

export function leadOfFetched({ leadId, answers, about }: FetchedLead, form: FormName): LeadEntry {
  const fields = Object.entries(answers).map(([field, value]) => ({ field, value }));
  return { ...entryAbout(about, form), externalId: leadId, fields };
}

/** Spreadsheets write `l:123`, quotes and tabs around long numbers to keep them whole. */
function idOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /\d{5,}/.exec(text)?.[0];
}

function entryAbout(about: Readonly<Record<string, string>>, form: FormName): Omit<LeadEntry, 'fields'> {
  const touch: Touch = present({
    utm_source: 'tiktok',
    utm_medium: 'cpc',
    utm_campaign: about['campaign_name'],
    campaign_id: about['campaign_id'],
    adgroup_id: about['adgroup_id'],
    ad_id: about['ad_id'],
  });
  return {
    kind: 'form',
    form,
    touch,
    ...present({
      campaign: about['campaign_name'] ?? about['campaign_id'],
      adGroup: about['adgroup_name'] ?? about['adgroup_id'],
      ad: about['ad_name'] ?? about['ad_id'],
    }),
  };
}

/** `YYYY-MM-DD HH:MM:SS` is UTC; `(UTC+0)` may stand behind. */
function utcOf(text: string | undefined): Instant | undefined {
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)/.exec(text ?? '') ?? [];
  if (day === undefined || time === undefined) return undefined;
  const at = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  return Number.isNaN(at) ? undefined : at;
}
