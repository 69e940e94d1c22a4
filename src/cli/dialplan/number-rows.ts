/** The tracked numbers that `dialplan lint --numbers FILE` looks at: CSV with a header, or JSON. Called by lint-command.ts. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { NumberRow } from '../../domain/dialplan/advice/advice.js';
import type { E164 } from '../../domain/values/ids.js';
import { Fault, messageOf } from '../../errors.js';

/** Column names that lists of carriers and of our own export use. */
const NUMBER_COLUMNS = ['number', 'did', 'phone', 'dnis'];
const PLAN_COLUMNS = ['dialplan', 'plan'];

type Row = Readonly<Record<string, unknown>>;

/** Throws Fault `field-invalid` for a list that cannot be read. */
export async function readNumberRows(path: string): Promise<readonly NumberRow[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} cannot be read: ${messageOf(error)}`);
  });
  try {
    return (path.endsWith('.json') ? jsonRows(text) : csvRows(text)).map(({ row, line }) =>
      numberRow(row, `${path}:${line}`),
    );
  } catch (error) {
    throw new Fault('field-invalid', `${path} is no list of numbers: ${messageOf(error)}`, { cause: error });
  }
}

interface PlacedRow {
  readonly row: Row;
  readonly line: number;
}

function csvRows(text: string): readonly PlacedRow[] {
  const rows = parse(text, {
    bom: true,
    columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
    delimiter: [',', ';', '\t'],
    info: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as readonly { readonly record: Row; readonly info: { readonly lines: number } }[];
  return rows.map(({ record, info }) => ({ row: record, line: info.lines }));
}

function jsonRows(text: string): readonly PlacedRow[] {
  const value = JSON.parse(text) as unknown;
  if (!Array.isArray(value)) throw new Error('a JSON list was expected');
  return value.map((row, index) => ({ row: row as Row, line: index + 1 }));
}

function numberRow(row: Row, place: string): NumberRow {
  const number = columnOf(row, NUMBER_COLUMNS)?.replaceAll(/[^\d+]/gu, '');
  if (number === undefined) throw new Error(`no column ${NUMBER_COLUMNS.join(', ')}`);
  const plan = columnOf(row, PLAN_COLUMNS);
  const e164 = (number.startsWith('+') ? number : `+${number}`) as E164;
  return { number: e164, place, ...(plan === undefined ? {} : { plan }) };
}

function columnOf(row: Row, names: readonly string[]): string | undefined {
  const value = names.map((name) => row[name]).find((one) => typeof one === 'string' && one !== '');
  return typeof value === 'string' ? value : undefined;
}
