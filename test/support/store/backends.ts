/**
 * The stores that the contract suite runs against. A second database joins by one more row here; `openAgain` is another
 * connection to the same contents, as a second process would have.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Clock, Ids } from '../../../src/app/ports/ports.js';
import type { Fault } from '../../../src/errors.js';
import { openStore } from '../../../src/store/open-store.js';
import type { OpenedStore } from '../../../src/store/open-store.js';
import { systemClock } from '../../../src/telemetry/clock.js';

export interface FreshStore {
  readonly store: OpenedStore;
  /** Absent when the contents belong to one connection. */
  readonly openAgain?: () => Promise<OpenedStore>;
}

export interface Backend {
  readonly name: string;
  /** Empty, closed when the test ends. */
  readonly fresh: (clock?: Clock) => Promise<FreshStore>;
}

/** Matches a Fault of this code. */
export const fault = (code: string): Fault => expect.objectContaining({ name: 'Fault', code }) as Fault;

/** Sorts as made; two connections of one test must not share numbers, hence the prefix. */
export function countingIds(prefix = 'id'): Ids {
  let made = 0;
  return { next: () => `${prefix}-${String((made += 1)).padStart(6, '0')}` };
}

/** A folder that is gone when the test ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dialtrace-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OpenOptions {
  readonly path: string;
  readonly clock?: Clock;
  readonly ids?: Ids;
}

/** Closed when the test ends; closing twice does no harm. */
export async function openForTest({
  path,
  clock = systemClock,
  ids = countingIds(),
}: OpenOptions): Promise<OpenedStore> {
  const store = await openStore({ path, durability: 'normal', clock, ids });
  onTestFinished(() => store.close());
  return store;
}

export const BACKENDS: readonly Backend[] = [
  {
    name: 'SQLite in memory',
    fresh: async (clock) => ({ store: await openForTest({ path: ':memory:', ...(clock && { clock }) }) }),
  },
  {
    name: 'SQLite on disk',
    fresh: async (clock = systemClock) => {
      const path = join(scratchFolder(), 'store.sqlite');
      const store = await openForTest({ path, clock });
      return { store, openAgain: () => openForTest({ path, clock, ids: countingIds('other') }) };
    },
  },
];
