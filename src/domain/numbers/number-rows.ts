/**
 * Tracked numbers as rows of a file or of an API body → numbers, with every problem at its row. A column that is absent
 * leaves the stored value, an empty one removes it, so that an export can be edited and read back.
 */
import type { E164, Instant } from '../values/ids.js';
import { nearestName } from '../values/nearest.js';
import { parsePhone } from '../values/phone.js';
import { present } from '../values/present.js';
import {
  kindOfNumber,
  LABEL_NAMES,
  NUMBER_STATES,
  NUMBER_TYPES,
  stateMove,
  type NumberState,
  type SourceLabels,
  type TrackedNumber,
} from './tracked-number.js';

export const NUMBER_COLUMNS = [
  'number',
  'state',
  'project',
  'type',
  'country',
  'area',
  'trunk',
  'dialplan',
  'pool',
  ...LABEL_NAMES,
  'fail_safe',
  'cool_down_until',
  'monthly_cost',
  'note',
] as const;
type Column = (typeof NUMBER_COLUMNS)[number];

export type NumberCells = Readonly<Partial<Record<Column, string>>>;

/** Names that rows may refer to. */
export interface NumberWorld {
  readonly projects: readonly string[];
  /** Pool → its project. */
  readonly pools: Readonly<Record<string, string>>;
  readonly trunks: readonly string[];
  readonly dialplans: readonly string[];
  readonly now: Instant;
  /** How long a number rests that leaves a pool or a source; without one it needs no rest. */
  readonly coolDownDays: number;
}

export type ReadNumber =
  | { readonly ok: true; readonly number: TrackedNumber }
  | { readonly ok: false; readonly problems: readonly string[] };

const DAY_MS = 86_400_000;

export function unknownColumns(columns: readonly string[]): readonly string[] {
  return columns.flatMap((column) => {
    if ((NUMBER_COLUMNS as readonly string[]).includes(column)) return [];
    const near = nearestName(column, NUMBER_COLUMNS);
    return [`there is no column ${column}${near === undefined ? '' : `; did you mean ${near}?`}`];
  });
}

/** `before`: the stored number of this row, if there is one. */
export function readNumber(
  cells: NumberCells,
  before: TrackedNumber | undefined,
  world: NumberWorld,
): ReadNumber {
  const problems: string[] = [];
  const number = numberCell(cells, problems);
  if (number === undefined) return { ok: false, problems };
  const base = before ?? { number, state: 'unassigned', project: '', labels: {}, ...kindOfNumber(number) };
  const read = { ...base, ...plainCells(cells, base), number };
  const wanted = choice(cells.state, NUMBER_STATES, 'state', problems) ?? stateOf(cells, base.state);
  const next = present({
    ...read,
    type: choice(cells.type, NUMBER_TYPES, 'type', problems) ?? read.type,
    labels: labelsOf(cells, base.labels),
    failSafe: failSafeCell(cells, base.failSafe, number, problems),
    monthlyCost: costCell(cells, base.monthlyCost, problems),
    ...stateFields(base, wanted, world, problems),
  }) as TrackedNumber;
  problems.push(...referenceProblems(next, world));
  return problems.length === 0 ? { ok: true, number: next } : { ok: false, problems };
}

/** Stored numbers are found by it before the row is read. */
export function numberOfCells(cells: NumberCells): E164 | undefined {
  return numberCell(cells, []);
}

function numberCell({ number = '' }: NumberCells, problems: string[]): E164 | undefined {
  const parsed = parsePhone(number.startsWith('+') ? number : `+${number}`);
  if (parsed.ok) return parsed.e164;
  problems.push(`"${number}" is no number in E.164, for example +74951234567`);
  return undefined;
}

const PLAIN = ['project', 'country', 'area', 'trunk', 'dialplan', 'pool', 'note'] as const;

function plainCells(cells: NumberCells, base: Partial<TrackedNumber>): Partial<TrackedNumber> {
  return Object.fromEntries(
    PLAIN.map((name) => {
      const cell = cells[name]?.trim();
      return [name, cell === undefined ? base[name] : cell === '' ? undefined : cell];
    }),
  );
}

/** A row that names a pool, or a source, says by it what the number is for. */
function stateOf(cells: NumberCells, before: NumberState): NumberState {
  if (before !== 'unassigned') return before;
  if ((cells.pool ?? '') !== '') return 'pool';
  return LABEL_NAMES.some((name) => (cells[name] ?? '') !== '') ? 'static' : before;
}

function choice<T extends string>(
  cell: string | undefined,
  known: readonly T[],
  column: Column,
  problems: string[],
): T | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const found = known.find((one) => one === cell.trim());
  if (found === undefined) problems.push(`${column}: "${cell}" is none of ${known.join(', ')}`);
  return found;
}

function labelsOf(cells: NumberCells, before: SourceLabels): SourceLabels {
  const labels = LABEL_NAMES.map((name) => {
    const cell = cells[name]?.trim();
    return [name, cell === undefined ? before[name] : cell === '' ? undefined : cell] as const;
  });
  return present(Object.fromEntries(labels));
}

function failSafeCell(
  { fail_safe }: NumberCells,
  before: E164 | undefined,
  number: E164,
  problems: string[],
): E164 | undefined {
  if (fail_safe === undefined || fail_safe.trim() === '') return fail_safe === undefined ? before : undefined;
  const parsed = parsePhone(fail_safe);
  if (!parsed.ok) problems.push(`fail_safe: "${fail_safe}" is no number in E.164`);
  else if (parsed.e164 === number) problems.push('fail_safe: a number cannot be its own fail-safe');
  return parsed.ok ? parsed.e164 : undefined;
}

function costCell(
  { monthly_cost }: NumberCells,
  before: number | undefined,
  problems: string[],
): number | undefined {
  if (monthly_cost === undefined || monthly_cost.trim() === '')
    return monthly_cost === undefined ? before : undefined;
  const cost = Number(monthly_cost);
  if (Number.isFinite(cost) && cost >= 0) return cost;
  problems.push(`monthly_cost: "${monthly_cost}" is no amount`);
  return undefined;
}

function stateFields(
  base: Pick<TrackedNumber, 'state' | 'coolDownUntil' | 'pool'>,
  wanted: NumberState,
  { now, coolDownDays }: NumberWorld,
  problems: string[],
): { readonly state: NumberState; readonly coolDownUntil: Instant | undefined } {
  const move = stateMove(base, wanted, now);
  if (move === 'not-from-here')
    problems.push(`state: ${base.state} cannot become ${wanted}; cool-down first`);
  if (move === 'still-cooling')
    problems.push(`state: it rests until ${new Date(base.coolDownUntil ?? 0).toISOString()}`);
  if (wanted !== 'cool-down') return { state: wanted, coolDownUntil: undefined };
  return { state: wanted, coolDownUntil: base.coolDownUntil ?? now + coolDownDays * DAY_MS };
}

function referenceProblems(
  { state, project, pool, trunk, dialplan, labels }: TrackedNumber,
  world: NumberWorld,
): readonly string[] {
  const problems = [
    known('project', project, world.projects),
    known('trunk', trunk, world.trunks),
    known('dialplan', dialplan, world.dialplans),
    known('pool', pool, Object.keys(world.pools)),
  ];
  const poolProject = pool === undefined ? undefined : world.pools[pool];
  if (state === 'pool' && pool === undefined) problems.push('pool: a number of state pool names its pool');
  if (state === 'pool' && poolProject !== undefined && poolProject !== project)
    problems.push(`pool: ${pool ?? ''} is of project ${poolProject}`);
  if (state === 'static' && Object.keys(labels).length === 0)
    problems.push('source: a static number says what it stands for');
  return problems.filter((one) => one !== undefined);
}

function known(what: Column, name: string | undefined, names: readonly string[]): string | undefined {
  if (name === undefined || names.includes(name)) return undefined;
  if (name === '') return `${what}: is missing`;
  const near = nearestName(name, names);
  return `${what}: there is no ${name}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** As a row again, every column there. */
export function cellsOf(number: TrackedNumber): Readonly<Record<Column, string>> {
  const { labels, failSafe, coolDownUntil, monthlyCost } = number;
  const cell = (value: string | number | undefined): string => (value === undefined ? '' : String(value));
  return {
    number: number.number,
    state: number.state,
    project: number.project,
    type: number.type,
    country: cell(number.country),
    area: cell(number.area),
    trunk: cell(number.trunk),
    dialplan: cell(number.dialplan),
    pool: cell(number.pool),
    source: cell(labels.source),
    medium: cell(labels.medium),
    campaign: cell(labels.campaign),
    content: cell(labels.content),
    term: cell(labels.term),
    fail_safe: cell(failSafe),
    cool_down_until: coolDownUntil === undefined ? '' : new Date(coolDownUntil).toISOString(),
    monthly_cost: cell(monthlyCost),
    note: cell(number.note),
  };
}

export interface NumberChange {
  readonly number: E164;
  readonly change: 'added' | 'changed' | 'same';
  /** Column → before and after. */
  readonly columns: Readonly<Record<string, { readonly before: string; readonly after: string }>>;
}

export function changeOf(before: TrackedNumber | undefined, after: TrackedNumber): NumberChange {
  const cells = cellsOf(after);
  if (before === undefined) return { number: after.number, change: 'added', columns: {} };
  const old = cellsOf(before);
  const columns = Object.fromEntries(
    NUMBER_COLUMNS.filter((name) => old[name] !== cells[name]).map((name) => [
      name,
      { before: old[name], after: cells[name] },
    ]),
  );
  return { number: after.number, change: Object.keys(columns).length === 0 ? 'same' : 'changed', columns };
}
