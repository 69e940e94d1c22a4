/** CSV of DIDs: `number` (or did), `destination`, perhaps `trunk` and `seconds`: each number rings its destination. */
import { parse } from 'csv-parse/sync';
import { e164Of, planName, type Imported, type ImportedPlan, type LeftOut } from './imported.js';

type Row = Readonly<Record<string, string | undefined>>;

export function fromCsv(text: string): Imported {
  const rows = parse(text, {
    bom: true,
    columns: (header: string[]) => header.map((name) => name.trim().toLowerCase()),
    delimiter: [',', ';', '\t'],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as readonly { readonly record: Row; readonly info: { readonly lines: number } }[];
  const plans: ImportedPlan[] = [];
  const left: LeftOut[] = [];
  for (const { record, info } of rows) {
    const plan = planOf(record);
    if (typeof plan === 'string')
      left.push({ line: info.lines, text: Object.values(record).join(','), why: plan });
    else plans.push(plan);
  }
  return { plans, left };
}

function planOf(row: Row): ImportedPlan | string {
  const number = e164Of(row['number'] ?? row['did'] ?? '');
  const destination = e164Of(row['destination'] ?? '');
  if (number === undefined) return 'there is no full number in the column number or did';
  if (destination === undefined) return 'there is no full number in the column destination';
  const trunk = row['trunk'] ?? '';
  const seconds = Number(row['seconds'] ?? 0);
  const dial = {
    do: 'dial',
    number: destination,
    ...(trunk === '' ? {} : { trunk }),
    ...(seconds > 0 ? { seconds } : {}),
  } as const;
  return { name: planName(number), numbers: [number], actions: [dial] };
}
