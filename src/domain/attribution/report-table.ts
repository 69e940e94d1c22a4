/** A source report as a table of texts: for CSV, and for people. Names of campaigns are what strangers chose. */
import type { CsvRow } from '../values/csv-text.js';
import { GROUPING_KEYS, KEY_NAMES, type ReportGrouping } from './report-grouping.js';
import { costOf, returnOf, type ReportRow } from './source-report.js';

const FIGURES = [
  'calls',
  'target_calls',
  'requests',
  'texts',
  'unique',
  'unique_target_calls',
  'persons',
  'costs',
  'cost_per_call',
  'cost_per_request',
  'cost_per_target_call',
  'deals',
  'sales',
  'revenue',
  'cost_per_sale',
  'roi',
] as const;

export const reportColumns = (by: ReportGrouping): readonly string[] => [...GROUPING_KEYS[by], ...FIGURES];

export function reportCells(row: ReportRow): CsvRow {
  const { calls, requests, texts, costs } = row;
  return {
    ...Object.fromEntries(KEY_NAMES.map((name) => [name, row[name] ?? ''])),
    calls: shown(calls),
    target_calls: shown(row.targetCalls),
    requests: shown(requests),
    texts: shown(texts),
    unique: shown(row.unique),
    unique_target_calls: shown(row.uniqueTargetCalls),
    persons: String(row.persons),
    costs: sums(costs),
    cost_per_call: shown(costOf(row, calls)),
    cost_per_request: shown(costOf(row, requests)),
    cost_per_target_call: shown(costOf(row, row.targetCalls)),
    deals: shown(row.deals),
    sales: shown(row.sales),
    revenue: sums(row.revenue),
    cost_per_sale: shown(costOf(row, row.sales)),
    roi: shown(returnOf(row)),
  };
}

function sums(amounts: ReportRow['costs']): string {
  return Object.entries(amounts)
    .map(([currency, amount]) => `${shown(amount)} ${currency}`)
    .join('; ');
}

/** Shares of models add up to whole numbers but for the last digits. */
function shown(value: number | undefined): string {
  return value === undefined ? '' : String(Math.round(value * 100) / 100);
}
