/** One undying application over an in-memory store and the simulated world, for tests of single use cases. */
import { resolve } from 'node:path';
import type { App } from '../../../src/app/app.js';
import type { KeepDays } from '../../../src/domain/leads/kept-fields.js';
import { Fault } from '../../../src/errors.js';
import type { Telephony } from '../../../src/domain/routing/telephony.js';
import type { SendOutcome, SendRequest } from '../../../src/app/ports/ports.js';
import type { Plans } from '../../../src/domain/dialplan/session.js';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import { openStandby } from '../../../src/store/standby.js';
import { openStore, type OpenedStore } from '../../../src/store/open-store.js';
import { settled, SimClock, SimRandom } from '../../../src/cli/simulate/sim-clock.js';
import { SimLives, type SimLivesParts } from '../../../src/cli/simulate/sim-lives.js';
import type { SimSwitch } from '../../../src/cli/simulate/sim-switch.js';
import { OPENS_AT, simTelephony, USERS } from '../../../src/cli/simulate/sim-telephony.js';
import { SimWorld } from '../../../src/cli/simulate/sim-world.js';

export class AppFaults extends Error {}

export interface AppBed {
  readonly app: App;
  readonly store: OpenedStore;
  readonly clock: SimClock;
  readonly telephone: SimSwitch;
  readonly world: SimWorld;
  readonly sent: readonly SendRequest[];
  /** What the receiver answers from now on. */
  answerWith(outcome: SendOutcome): void;
  /** Lets virtual time pass. */
  pass(ms: number): Promise<void>;
  /** The store answers as one that is locked or full, until it is mended. */
  breakStore(): void;
  mendStore(): void;
  /** This file cannot be removed. */
  lock(path: string): void;
  /** Throws `AppFaults` when the program logged an error or a job failed. */
  close(): Promise<void>;
}

/** Every phone rings, and nobody answers. */
export class NobodyAnswers extends SimRandom {
  override readonly next = (): number => 0.1;
}

export interface AppBedOptions {
  readonly users?: readonly string[];
  readonly seed?: number;
  /** What people at the phones do; absent: by the seed. */
  readonly people?: SimRandom;
  /** Dialplan of inbound calls. */
  readonly inboundPlan?: string;
  /** Besides those that are shipped. */
  readonly plans?: Plans;
  readonly keepRecordingDays?: number;
  readonly keepPeopleDays?: KeepDays;
  /** In place of those parts of the simulated telephony. */
  readonly telephony?: Partial<Telephony>;
}

export async function openAppBed(options: AppBedOptions = {}): Promise<AppBed> {
  const { users = USERS, seed = 1 } = options;
  const clock = new SimClock(OPENS_AT + 3_600_000);
  const random = new SimRandom(seed);
  let count = 0;
  const ids = { next: () => `id-${String((count += 1)).padStart(6, '0')}` };
  const store = await openStore({ path: ':memory:', durability: 'normal', clock, ids });
  const world = new SimWorld(clock, options.people ?? random);
  const faults: string[] = [];
  const sent: SendRequest[] = [];
  let outcome: SendOutcome = { kind: 'accepted', status: 200, body: '' };
  const plans = await loadDialplans(resolve(import.meta.dirname, '../../../dialplans'));
  if (!plans.ok) throw new Error(JSON.stringify(plans.problems));
  let broken: 'no' | 'yes' = 'no';
  const locked = new Set<string>();
  const remove = (path: string): Promise<void> =>
    locked.has(path) ? Promise.reject(new Error(`${path} is locked`)) : Promise.resolve();
  const lives = new SimLives({
    store,
    clock,
    random,
    world,
    nextId: ids.next,
    users,
    config: configOf(options, plans.plans),
    sabotage: 'none',
    choresEveryMs: 'never',
    receive: (_, request) => {
      sent.push(request);
      return Promise.resolve(outcome);
    },
    ports: (usual) => ({
      ...usual,
      store: breakable(usual.store, () => broken === 'yes'),
      files: { ...usual.files, remove },
      openStandby: () => openStandby({ real: store, clock: usual.clock, ids }),
    }),
    failed: (why) => void faults.push(why),
  });
  await lives.begin();
  if (lives.current === undefined) throw new Error('the program did not begin');
  const { app, telephone } = lives.current;
  return {
    app,
    store,
    clock,
    telephone,
    world,
    sent,
    answerWith: (next) => (outcome = next),
    async pass(ms) {
      const until = clock.trueNow() + ms;
      clock.after(ms, () => undefined);
      await settled();
      while (await clock.step(until));
    },
    breakStore: () => void (broken = 'yes'),
    mendStore: () => void (broken = 'no'),
    lock: (path) => void locked.add(path),
    async close() {
      await lives.end();
      await store.close();
      if (faults.length > 0) throw new AppFaults(faults.join('; '));
    },
  };
}

function configOf(options: AppBedOptions, shipped: Plans): SimLivesParts['config'] {
  const { inboundPlan, plans = {}, keepRecordingDays = 0, keepPeopleDays, telephony = {} } = options;
  return {
    maximumCalls: 20,
    keepRecordingDays,
    telephony: { ...simTelephony(), ...telephony },
    plans: { ...shipped, ...plans },
    ...(keepPeopleDays && { keepPeopleDays }),
    ...(inboundPlan === undefined ? {} : { inboundPlan }),
  };
}

/** Every call of the store and its repositories, while it is broken, is Fault `store-unavailable`. */
function breakable<T extends object>(store: T, isBroken: () => boolean): T {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === 'object' && value !== null) return breakable(value, isBroken);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (!isBroken()) return (value as (...given: unknown[]) => unknown).apply(target, given);
        if (name === 'health') return Promise.resolve({ ok: false, detail: 'broken', schemaVersion: 0 });
        return Promise.reject(new Fault('store-unavailable', 'broken'));
      };
    },
  });
}
