/**
 * The store as one life of the program sees it: every call is a place where the process may die, before it, after it,
 * or within a transaction, which then rolls back. `sabotage` breaks the promises that the judge must notice.
 */
import type { Repositories, Store } from '../../../src/app/ports/store.js';
import type { Attempt, Lead } from '../../../src/domain/leads/lead.js';
import type { OpenedStore } from '../../../src/store/open-store.js';
import { never, type Life } from './sim-switch.js';

export type Sabotage = 'none' | 'no-intent' | 'no-lease' | 'double-job';

const DIED = new Error('the process died within a transaction');

type Method = (...args: unknown[]) => unknown;
type Repository = Record<string, Method>;

export function storeOfLife(store: OpenedStore, life: Life, sabotage: Sabotage): Store {
  const outer = guarded(store, sabotage, async (call) => {
    life.crashPoint();
    if (!life.isAlive()) return never();
    const answer = await call();
    life.crashPoint();
    return life.isAlive() ? answer : never();
  });
  return {
    ...outer,
    transaction: (work) => transact(store, life, sabotage, work),
    backup: (path) => store.backup(path),
    health: () => store.health(),
    close: () => Promise.resolve(),
  };
}

async function transact<T>(
  store: OpenedStore,
  life: Life,
  sabotage: Sabotage,
  work: (tx: Repositories) => Promise<T>,
): Promise<T> {
  life.crashPoint();
  if (!life.isAlive()) return never();
  let answer: T;
  try {
    answer = await store.transaction(async (tx) => {
      const inside = guarded(tx, sabotage, async (call) => {
        if (!life.isAlive()) throw DIED;
        return call();
      });
      const result = await work(inside);
      life.crashPoint();
      if (!life.isAlive()) throw DIED;
      return result;
    });
  } catch (thrown) {
    if (!life.isAlive()) return never();
    throw thrown;
  }
  // Committed, and nobody has been told yet: the most interesting place of all.
  life.crashPoint();
  return life.isAlive() ? answer : never();
}

/** Every repository with every method sent through `run`. */
function guarded(
  store: Repositories,
  sabotage: Sabotage,
  run: (call: () => Promise<unknown>) => Promise<unknown>,
): Repositories {
  const names = [
    'leads',
    'attempts',
    'calls',
    'recordings',
    'events',
    'outbox',
    'jobs',
    'leases',
    'connections',
    'forms',
    'pushes',
    'idempotency',
    'apiKeys',
    'credentials',
    'flags',
  ] as const;
  const entries = names.map((name) => {
    const repository = store[name] as unknown as Repository;
    const methods = Object.entries(repository).map(([method, call]): [string, Method] => [
      method,
      (...args) => run(() => sabotaged(sabotage, `${name}.${method}`, call)(...args) as Promise<unknown>),
    ]);
    return [name, Object.fromEntries(methods)] as const;
  });
  return Object.fromEntries(entries) as unknown as Repositories;
}

/** The method, or what a broken store does instead. */
function sabotaged(sabotage: Sabotage, method: string, call: Method): Method {
  const broken = BROKEN[sabotage][method];
  return broken === undefined ? call : (...args) => broken(call, ...args);
}

/** The owner every life has under `no-lease`: it believes to own everything. */
export const NO_LEASE_OWNER = 'everybody';

type Broken = (call: Method, ...args: unknown[]) => unknown;
const nothing: Broken = () => Promise.resolve();
const taken: Broken = () => Promise.resolve('taken');

const BROKEN: Readonly<Record<Sabotage, Readonly<Record<string, Broken>>>> = {
  none: {},
  'no-intent': { 'calls.addLeg': nothing, 'calls.updateLeg': nothing, 'calls.addActivity': nothing },
  'no-lease': {
    'leases.take': taken,
    'leases.heldBy': () => Promise.resolve({ owner: NO_LEASE_OWNER, until: 0 }),
  },
  'double-job': {
    'leases.take': taken,
    // The unique index sees another phone each time.
    'attempts.open': (call, attempt) =>
      call({ ...(attempt as Attempt), phone: `${(attempt as Attempt).phone}#${(attempt as Attempt).id}` }),
    'leads.byId': async (call, id) => asIfWaiting((await call(id)) as Lead | undefined),
  },
};

function asIfWaiting(lead: Lead | undefined): Lead | undefined {
  if (lead?.status !== 'calling') return lead;
  const { willCallAt: _, ...rest } = lead;
  return { ...rest, status: 'queued' };
}
