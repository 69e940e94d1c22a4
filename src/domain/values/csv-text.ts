/** Tables for spreadsheets: CSV as RFC 4180 has it, in which no text of a stranger becomes a formula. */

export type CsvRow = Readonly<Record<string, string>>;

export function csvText(columns: readonly string[], rows: readonly CsvRow[]): string {
  const line = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\n`;
  return [line(columns), ...rows.map((row) => line(columns.map((name) => row[name] ?? '')))].join('');
}

/** What spreadsheets take for a formula, but for plain numbers: `+74951234567`, `-3.5`. */
const FORMULA = /^[=+\-@\t\r](?!\d+(?:\.\d+)?$)/;

function cellOf(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What stood in the cell before `csvText` made it a text. */
export function unguarded(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
