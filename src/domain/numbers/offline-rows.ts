/** Placements and costs as rows of a file → values, with every problem named. */
import type { E164 } from '../values/ids.js';
import { parsePhone } from '../values/phone.js';
import { present } from '../values/present.js';
import type { Cost, Placement } from './offline.js';
import { LABEL_NAMES, type SourceLabels } from './tracked-number.js';

type Row = Readonly<Record<string, string>>;

export type ReadRow<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly string[] };

/** Empty cells are absent ones. */
function cellOf(row: Row, name: string): string | undefined {
  const cell = row[name]?.trim();
  return cell === '' ? undefined : cell;
}

class Cells {
  readonly problems: string[] = [];
  private readonly row: Row;

  constructor(row: Row) {
    this.row = row;
  }

  text(name: string): string {
    const cell = cellOf(this.row, name);
    if (cell === undefined) this.problems.push(`${name}: is missing`);
    return cell ?? '';
  }

  optional(name: string): string {
    return cellOf(this.row, name) ?? '';
  }

  day(name: string): string | undefined {
    const cell = cellOf(this.row, name);
    if (cell === undefined) return undefined;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(cell) || Number.isNaN(Date.parse(cell)))
      this.problems.push(`${name}: "${cell}" is no day such as 2026-03-31`);
    return cell;
  }

  amount(name: string): number {
    const text = this.text(name);
    const amount = Number(text);
    if (!Number.isFinite(amount) || amount < 0) this.problems.push(`${name}: "${text}" is no amount`);
    return amount;
  }

  number(name: string): E164 | undefined {
    const text = this.text(name);
    const parsed = parsePhone(text.startsWith('+') ? text : `+${text}`);
    if (!parsed.ok) this.problems.push(`${name}: "${text}" is no number in E.164`);
    return parsed.ok ? parsed.e164 : undefined;
  }

  labels(): SourceLabels {
    const labels = present(Object.fromEntries(LABEL_NAMES.map((name) => [name, cellOf(this.row, name)])));
    if (Object.keys(labels).length === 0) this.problems.push('source: a placement says what it stands for');
    return labels;
  }

  currency(name: string): string {
    const text = this.text(name);
    if (!/^[A-Z]{3}$/.test(text)) this.problems.push(`${name}: "${text}" is no ISO 4217 code`);
    return text;
  }
}

/** Columns: number, name, starts_on, ends_on, and labels. */
export function readPlacement(row: Row): ReadRow<Placement> {
  const cells = new Cells(row);
  const number = cells.number('number');
  const startsOn = cells.day('starts_on') ?? cells.text('starts_on');
  const endsOn = cells.day('ends_on');
  const rest = { name: cells.text('name'), startsOn, labels: cells.labels(), ...present({ endsOn }) };
  if (endsOn !== undefined && endsOn < startsOn) cells.problems.push('ends_on: is before starts_on');
  if (number === undefined || cells.problems.length > 0) return { ok: false, problems: cells.problems };
  return { ok: true, value: { number, ...rest } };
}

/** Columns: project, day, source, medium, campaign, amount, currency. */
export function readCost(row: Row, projects: readonly string[]): ReadRow<Cost> {
  const cells = new Cells(row);
  const cost: Cost = {
    project: cells.text('project'),
    day: cells.day('day') ?? cells.text('day'),
    source: cells.text('source'),
    medium: cells.optional('medium'),
    campaign: cells.optional('campaign'),
    amount: cells.amount('amount'),
    currency: cells.currency('currency'),
  };
  if (cost.project !== '' && !projects.includes(cost.project))
    cells.problems.push(`project: there is no ${cost.project}`);
  return cells.problems.length > 0 ? { ok: false, problems: cells.problems } : { ok: true, value: cost };
}
