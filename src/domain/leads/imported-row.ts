/**
 * A row of a file of leads → the entry that a push would have brought. Column names are data: those of TikTok's export,
 * of other systems, or of one's own through the form's field map. A row without an id is known by phone and time.
 */
import { leadOfRow, type ExportedLead } from '../tiktok/exported-lead.js';
import type { Instant } from '../values/ids.js';
import { parsePhone } from '../values/phone.js';
import { present } from '../values/present.js';
import { leadField, plain } from './aliases.js';
import { callTimeOf } from './call-time.js';
import type { ConnectionKind, Form } from './lead.js';
import type { EntryForm, LeadEntry } from './lead-entry.js';

export type Cells = Readonly<Record<string, string>>;

export interface RowTerms {
  readonly kind: ConnectionKind;
  readonly form: EntryForm;
  readonly fieldMap: Form['fieldMap'];
  /** Of national numbers. */
  readonly country?: string;
}

export type ReadRow =
  ({ readonly kind: 'lead' } & ExportedLead) | { readonly kind: 'unusable'; readonly why: string };

/** Ours → columns of others; the first that is filled wins. */
const COLUMNS = {
  externalId: ['external_id', 'lead_id', 'leadgen_id', 'submission_id', 'id'],
  leftAt: [
    'created_time',
    'create_time',
    'created_at',
    'created',
    'submitted_at',
    'submit_time',
    'date',
    'time',
    'дата',
    'время',
    'datum',
    'ngày',
    'thời gian',
  ],
  campaign: ['campaign_name', 'campaign', 'campaign_id'],
  adGroup: ['adgroup_name', 'ad_group', 'adset_name', 'adset', 'adgroup_id', 'adset_id'],
  ad: ['ad_name', 'ad', 'creative', 'ad_id'],
} as const;
type Column = keyof typeof COLUMNS;

/** These say nothing to an operator: they are the lead's own fields. */
const CONSUMED: readonly Column[] = ['externalId', 'campaign', 'adGroup', 'ad'];
const CONSUMED_NAMES = new Set(CONSUMED.flatMap((column) => COLUMNS[column].map(plain)));

export function readLeadRow(cells: Cells, terms: RowTerms): ReadRow {
  const exported = terms.kind === 'tiktok' ? leadOfRow(cells, terms.form) : undefined;
  if (exported !== undefined) return { kind: 'lead', ...exported };
  const phone = phoneIn(cells, terms);
  const written = cellOf(cells, 'externalId');
  const leftAt = timeOf(cellOf(cells, 'leftAt'));
  if (written === undefined && phone === undefined)
    return { kind: 'unusable', why: 'the row has neither an id nor a phone' };
  const externalId = written ?? `${phone ?? ''}@${leftAt ?? 'no time'}`;
  return { kind: 'lead', entry: entryOf(cells, externalId.slice(0, 200), terms), ...present({ leftAt }) };
}

function entryOf(cells: Cells, externalId: string, { form, fieldMap }: RowTerms): LeadEntry {
  const fields = Object.entries(cells)
    .filter(([column]) => Object.hasOwn(fieldMap, column) || !CONSUMED_NAMES.has(plain(column)))
    .map(([field, value]) => ({ field, value }));
  return {
    externalId,
    kind: 'form',
    form,
    fields,
    touch: {},
    ...present({
      campaign: cellOf(cells, 'campaign'),
      adGroup: cellOf(cells, 'adGroup'),
      ad: cellOf(cells, 'ad'),
    }),
  };
}

function cellOf(cells: Cells, wanted: Column): string | undefined {
  const filled = Object.entries(cells).filter(([, value]) => value.trim() !== '');
  return COLUMNS[wanted]
    .map((name) => filled.find(([column]) => plain(column) === plain(name))?.[1].trim())
    .find((value) => value !== undefined);
}

/** However it is written, the same phone makes the same id. */
function phoneIn(cells: Cells, { fieldMap, country }: RowTerms): string | undefined {
  const found = Object.entries(cells).find(
    ([column, value]) =>
      leadField((Object.hasOwn(fieldMap, column) ? fieldMap[column] : undefined) ?? column) === 'phone' &&
      value.trim() !== '',
  );
  if (found === undefined) return undefined;
  const parsed = parsePhone(found[1], country);
  return parsed.ok ? parsed.e164 : found[1].replaceAll(/\D/g, '');
}

/** ISO-8601, `2026-03-01 10:00`, `01.03.2026 10:00`, Unix seconds; without a zone it is UTC. Undefined for the rest. */
function timeOf(written: string | undefined): Instant | undefined {
  if (written === undefined) return undefined;
  const zoned = callTimeOf(written);
  if (zoned !== undefined) return zoned;
  const iso = written.replace(
    /^(\d{1,2})[./](\d{1,2})[./](\d{4})/,
    (_, day: string, month: string, year: string) =>
      [year, month.padStart(2, '0'), day.padStart(2, '0')].join('-'),
  );
  const [, day, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[ T]+(\d{2}:\d{2}(?::\d{2})?))?/.exec(iso) ?? [];
  if (day === undefined) return undefined;
  const at = Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? undefined : at;
}
