/**
 * Adds and changes tracked numbers from rows, all of them or none: one row with a problem stops the import. A dry run
 * tells what would change and writes nothing. Bulk edits are the same with rows made of the numbers they name.
 */
import {
  changeOf,
  numberOfCells,
  readNumber,
  type NumberCells,
  type NumberChange,
  type NumberWorld,
} from '../../domain/numbers/number-rows.js';
import type { TrackedNumber } from '../../domain/numbers/tracked-number.js';
import type { AppContext } from '../context.js';
import type { Repositories } from '../ports/store.js';

export interface RefusedRow {
  /** From 1. */
  readonly row: number;
  readonly number: string;
  readonly problems: readonly string[];
}

export interface NumberImport {
  readonly written: 'yes' | 'no';
  readonly changes: readonly NumberChange[];
  readonly refused: readonly RefusedRow[];
}

/** Once shown, a number rests so long before it may mean something else. */
const COOL_DOWN_DAYS = 30;

export async function importNumbers(
  context: AppContext,
  rows: readonly NumberCells[],
  mode: 'write' | 'dry-run',
): Promise<NumberImport> {
  const { store, clock } = context.ports;
  const world = worldOf(context, clock.now());
  const result = await store.transaction(async (tx) => {
    const read = await readAll(tx, rows, world);
    const write = mode === 'write' && read.refused.length === 0;
    if (write) for (const number of read.numbers) await tx.numbers.put(number);
    return { written: write ? 'yes' : 'no', changes: read.changes, refused: read.refused } as const;
  });
  context.numbers.forget();
  return result;
}

function worldOf(context: AppContext, now: number): NumberWorld {
  const { telephony, plans } = context.set();
  return {
    projects: Object.keys(telephony.projects),
    pools: Object.fromEntries(Object.values(telephony.pools).map(({ name, project }) => [name, project])),
    trunks: Object.keys(telephony.trunks),
    dialplans: Object.keys(plans),
    now,
    coolDownDays: COOL_DOWN_DAYS,
  };
}

async function readAll(tx: Repositories, rows: readonly NumberCells[], world: NumberWorld) {
  const numbers = new Map<string, TrackedNumber>();
  const changes: NumberChange[] = [];
  const refused: RefusedRow[] = [];
  for (const [index, cells] of rows.entries()) {
    const key = numberOfCells(cells);
    const before = key === undefined ? undefined : await tx.numbers.byNumber(key);
    const read = readNumber(cells, before, world);
    const twice = key !== undefined && numbers.has(key);
    if (!read.ok || twice) {
      const problems = read.ok ? ['the number stands in an earlier row too'] : read.problems;
      refused.push({ row: index + 1, number: cells.number ?? '', problems });
      continue;
    }
    numbers.set(read.number.number, read.number);
    changes.push(changeOf(before, read.number));
  }
  return { numbers: [...numbers.values()], changes, refused };
}
