/** Files of numbers, placements, costs and traffic → rows of text: CSV with a header, or a JSON array of objects. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { unguarded } from '../../domain/values/csv-text.js';
import { Fault, messageOf } from '../../errors.js';

export type TextRow = Readonly<Record<string, string>>;

/** Throws Fault `field-invalid` for what cannot be read; `-` is standard input. */
export async function readRows(path: string): Promise<readonly TextRow[]> {
  const text = await readFile(path === '-' ? '/dev/stdin' : path, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} cannot be read: ${messageOf(error)}`);
  });
  try {
    return text.trimStart().startsWith('[') ? jsonRows(text) : csvRows(text);
  } catch (error) {
    throw new Fault('field-invalid', `${path} is no table: ${messageOf(error)}`, { cause: error });
  }
}

function csvRows(text: string): readonly TextRow[] {
  return parse(text, {
    bom: true,
    columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
    delimiter: [',', ';', '\t'],
    skip_empty_lines: true,
    trim: true,
    cast: unguarded,
  });
}

function jsonRows(text: string): readonly TextRow[] {
  const rows = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[];
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value),
      ]),
    ),
  );
}

/** A row must have these columns filled; answers what is wrong with it. */
export function missingCells(row: TextRow, columns: readonly string[]): readonly string[] {
  return columns.filter((name) => (row[name] ?? '') === '').map((name) => `${name}: is missing`);
}
