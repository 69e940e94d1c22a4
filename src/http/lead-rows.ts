/** A CSV file of leads → rows with their lines. Read by POST /v1/leads/import and by the CLI. */
import { parse } from 'csv-parse/sync';
import type { FileRow } from '../app/leads/import-leads.js';
import { unguarded } from '../domain/values/csv-text.js';
import { Fault, messageOf } from '../errors.js';

interface ParsedRow {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/** Throws Fault `body-malformed`. A byte-order mark, `;` or tabs, quoted line breaks and short rows are all usual. */
export function leadRows(text: string): readonly FileRow[] {
  try {
    // The parser counts a quoted CR LF as two lines.
    const rows = parse(text.replaceAll('\r\n', '\n'), {
      bom: true,
      columns: (header: string[]) => header.map((name) => name.trim()),
      delimiter: [',', ';', '\t'],
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      trim: true,
      cast: unguarded,
    }) as unknown as readonly ParsedRow[];
    return rows.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    throw new Fault('body-malformed', `this is no table: ${messageOf(error)}`, { cause: error });
  }
}
