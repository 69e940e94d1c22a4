/** Rows of Metrica's uploads: which id names the visitor, which columns say what, and what is too old to be linked. */
import { csvText, type CsvRow } from '../../values/csv-text.js';
import { present } from '../../values/present.js';
import type { MetricaId, ToldEvent, YandexMetrica } from '../destination.js';
import type { Occasion } from '../occasion.js';

/** A conversion is linked to a visit of so many days at most, once extended linking is on. */
const LONGEST_PAST_MS = 21 * 86_400_000;

export const METRICA_NAMES: Readonly<Partial<Record<ToldEvent, string>>> = {
  'call.started': 'call_start',
  'call.bridged': 'call_answered',
  'call.ended': 'call',
  'call.missed': 'call_missed',
  'call.marked': 'call_marked',
  'key.pressed': 'call_key',
  'lead.received': 'lead',
  'lead.reached': 'lead_reached',
  'lead.unreached': 'lead_unreached',
  'deal.changed': 'sale',
};

const COLUMNS: Readonly<Record<MetricaId, string>> = {
  'client-id': 'ClientId',
  'user-id': 'UserId',
  yclid: 'Yclid',
};

/** As `client_id_type` of a request. */
export const ID_TYPES: Readonly<Record<MetricaId, string>> = {
  'client-id': 'CLIENT_ID',
  'user-id': 'USER_ID',
  yclid: 'YCLID',
};

export interface MetricaRow {
  readonly table: 'calls' | 'conversions';
  readonly by: MetricaId;
  readonly cells: CsvRow;
}

/** A reason when it cannot be told. */
export function metricaRow(destination: YandexMetrica, occasion: Occasion): MetricaRow | string {
  const { at, now } = occasion;
  if (now - at > LONGEST_PAST_MS) return 'it is older than the 21 days that Metrica links';
  const table = tableOf(destination, occasion);
  const known = destination.ids.flatMap((by) => {
    const value = valueOf(occasion, by);
    return value === undefined ? [] : [{ by, value }];
  })[0];
  const named = known ?? (isStatic(table, occasion) ? { by: 'client-id' as const, value: '' } : undefined);
  if (named === undefined) return `no ${destination.ids.join(', ')} of the visitor is known`;
  const cells = table === 'calls' ? callCells(occasion) : conversionCells(destination, occasion);
  return {
    table,
    by: named.by,
    cells: { [COLUMNS[named.by]]: named.value, DateTime: String(Math.floor(at / 1000)), ...cells },
  };
}

function tableOf({ calls }: YandexMetrica, { event }: Occasion): MetricaRow['table'] {
  return event === 'call.ended' && calls === 'calls' ? 'calls' : 'conversions';
}

/** Counted without a visit. */
function isStatic(table: MetricaRow['table'], { call }: Occasion): boolean {
  return table === 'calls' && call?.tracking === 'static';
}

function valueOf({ ids }: Occasion, kind: MetricaId): string | undefined {
  if (kind === 'client-id') return ids.metricaClientId;
  return kind === 'user-id' ? ids.userId : ids.yclid;
}

function conversionCells({ on }: YandexMetrica, { event, deal }: Occasion): CsvRow {
  const amount = deal?.amount;
  return present({
    Target: on[event] ?? event,
    Price: amount === undefined ? undefined : String(amount),
    Currency: amount === undefined ? undefined : deal?.currency,
  });
}

function callCells({ call, phone, landingPage }: Occasion): CsvRow {
  if (call === undefined) return {};
  const bit = (isSo: boolean): string => (isSo ? '1' : '0');
  return present({
    StaticCall: bit(call.tracking === 'static'),
    PhoneNumber: phone,
    TalkDuration: String(Math.round(call.talkSeconds)),
    HoldDuration: String(Math.round(call.waitSeconds)),
    CallMissed: bit(call.talkSeconds === 0),
    FirstTimeCaller: bit(call.first === 'yes'),
    Tag: call.mark,
    URL: landingPage,
    CallTrackerURL: call.recordingUrl,
  });
}

/** The columns that any of the rows fills, in the order of their first row; absent cells are empty. */
export function metricaCsv(rows: readonly MetricaRow[]): string {
  const columns = [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))];
  return csvText(
    columns,
    rows.map(({ cells }) => cells),
  );
}

/** RFC 7578: one part named `file`. The boundary stands in no CSV of ours, which has no line that begins with dashes. */
export function multipart(csv: string, boundary: string): string {
  return [
    `--${boundary}`,
    'Content-Disposition: form-data; name="file"; filename="upload.csv"',
    'Content-Type: text/csv; charset=utf-8',
    '',
    csv,
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
