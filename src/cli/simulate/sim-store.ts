/**
 * The store as one life of the program sees it: every call is a place where the process may die, before it, after it,
 * or within a transaction, which then rolls back. `sabotage` breaks the promises that the judge must notice.
 */
import type { Repositories, Store } from '../../app/ports/store.js';
import type { ActivityRecord } from '../../domain/calls/call.js';
import type { Attempt, Lead } from '../../domain/leads/lead.js';
import type { OpenedStore } from '../../store/open-store.js';
import { never, type Life } from './sim-switch.js';

export type Sabotage = 'none' | 'no-intent' | 'no-lease' | 'double-job' | 'no-capacity';

const DIED = new Error('the process died within a transaction');

type Method = (...args: unknown[]) => unknown;
type Repository = Record<string, Method>;

export function storeOfLife(store: OpenedStore, life: Life, sabotage: Sabotage): Store {
  const broken = breakageOf(sabotage);
  const outer = guarded(store, broken, async (call, name) => {
    life.crashPoint(name);
    if (!life.isAlive()) return never();
    const answer = await call();
    life.crashPoint(name);
    return life.isAlive() ? answer : never();
  });
  return {
    ...outer,
    transaction: (work) =>
      sabotage === 'none' && life.isAlive() && life.mayDie?.() === 'no'
        ? store.transaction(work)
        : transact(store, life, broken, work),
    backup: (path) => store.backup(path),
    health: () => store.health(),
    close: () => Promise.resolve(),
  };
}

async function transact<T>(
  store: OpenedStore,
  life: Life,
  broken: Breakage,
  work: (tx: Repositories) => Promise<T>,
): Promise<T> {
  life.crashPoint('before a transaction');
  if (!life.isAlive()) return never();
  let answer: T;
  try {
    answer = await store.transaction(async (tx) => {
      const inside = guarded(tx, broken, async (call) => {
        if (!life.isAlive()) throw DIED;
        return call();
      });
      const result = await work(inside);
      life.crashPoint('before a commit');
      if (!life.isAlive()) throw DIED;
      return result;
    });
  } catch (thrown) {
    if (!life.isAlive()) return never();
    throw thrown;
  }
  // Committed, and nobody has been told yet: the most interesting place of all.
  life.crashPoint('after a commit');
  return life.isAlive() ? answer : never();
}

const NAMES = [
  'leads',
  'attempts',
  'calls',
  'recordings',
  'queue',
  'events',
  'outbox',
  'exchanges',
  'destinationMemory',
  'deals',
  'jobs',
  'leases',
  'connections',
  'forms',
  'pushes',
  'idempotency',
  'apiKeys',
  'credentials',
  'flags',
  'operatorStates',
  'visitors',
  'doNotCall',
  'people',
  'numbers',
  'numberLeases',
  'attributions',
  'placements',
  'costs',
  'telephonySets',
  'registrations',
  'signalling',
] as const satisfies readonly (keyof Repositories)[];

type Run = (call: () => Promise<unknown>, name: string) => Promise<unknown>;

/** Every repository, made when first asked for, with every method sent through `run`. */
function guarded(store: Repositories, broken: Breakage, run: Run): Repositories {
  const made = {} as Record<string, Repository>;
  const properties = NAMES.map((name) => [
    name,
    { enumerable: true, get: () => (made[name] ??= guardedOne(name, store[name] as unknown as Repository)) },
  ]);
  return Object.defineProperties({}, Object.fromEntries(properties) as PropertyDescriptorMap) as Repositories;

  function guardedOne(name: string, repository: Repository): Repository {
    const methods = Object.entries(repository).map(([method, call]): [string, Method] => {
      const full = `${name}.${method}`;
      const known = sabotaged(broken, full, call);
      return [method, (...args) => run(() => known(...args) as Promise<unknown>, full)];
    });
    return Object.fromEntries(methods);
  }
}

/** The method, or what a broken store does instead. */
function sabotaged(broken: Breakage, method: string, call: Method): Method {
  const instead = broken[method];
  return instead === undefined ? call : (...args) => instead(call, ...args);
}

type Broken = (call: Method, ...args: unknown[]) => unknown;
const nothing: Broken = () => Promise.resolve();
/** Whoever asks gets the device or the phone; who owns a call is still written down. */
const takenLine: Broken = (call, resource, ...rest) =>
  (resource as string).startsWith('call:') ? call(resource, ...rest) : Promise.resolve('taken');

const heldCallsOnly: Broken = (call, resource) =>
  (resource as string).startsWith('call:') ? call(resource) : Promise.resolve(undefined);

type Breakage = Readonly<Record<string, Broken>>;

function breakageOf(sabotage: Sabotage): Breakage {
  switch (sabotage) {
    case 'none':
      return {};
    case 'no-intent':
      return forgetfulOfLegs();
    case 'no-lease':
      return {
        'leases.take': takenLine,
        'leases.heldBy': heldCallsOnly,
      };
    case 'no-capacity':
      return {
        'leases.take': takenLine,
        'leases.heldBy': heldCallsOnly,
        'leases.heldUnder': () => Promise.resolve([]),
        'leases.takeSlot': () => Promise.resolve(0),
        'leases.countSlots': () => Promise.resolve(0),
        'calls.countSeeking': () => Promise.resolve(0),
      };
    case 'double-job':
      return {
        'leases.take': takenLine,
        'calls.openOfPhone': () => Promise.resolve([]),
        // The unique index sees another phone each time.
        'attempts.open': (call, attempt) => call(withOwnPhone(attempt as Attempt)),
        'leads.byId': async (call, id) => asIfWaiting((await call(id)) as Lead | undefined),
      };
  }
}

/** Legs are never written down; devices are booked on the call, or a crash would lock them and hide the damage. */
function forgetfulOfLegs(): Breakage {
  let lastCall: unknown;
  return {
    'calls.addLeg': nothing,
    'calls.updateLeg': nothing,
    'calls.addActivity': (_, activity) => {
      lastCall = (activity as ActivityRecord).callId;
      return Promise.resolve();
    },
    'leases.take': (call, resource, owner, ...times) =>
      call(resource, (resource as string).startsWith('device:') ? lastCall : owner, ...times),
  };
}

function withOwnPhone(attempt: Attempt): unknown {
  return { ...attempt, phone: `${attempt.phone}#${attempt.id}` };
}

function asIfWaiting(lead: { -readonly [K in keyof Lead]: Lead[K] } | undefined): Lead | undefined {
  if (lead?.status !== 'calling') return lead;
  const waiting = { ...lead, status: 'queued' as const };
  delete waiting.willCallAt;
  return waiting;
}
