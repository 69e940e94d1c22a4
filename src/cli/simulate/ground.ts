/** What a simulation stands on: virtual time, ids and a store in memory; and who lives there. Of crash runs and months. */
import { openStore, type OpenedStore } from '../../store/open-store.js';
import { SimClock, SimRandom } from './sim-clock.js';
import { SimLives, type SimLivesParts } from './sim-lives.js';
import { SimWorld, type PhoneLogEntry } from './sim-world.js';

export interface Ground {
  readonly clock: SimClock;
  readonly nextId: () => string;
  readonly store: OpenedStore;
}

/** The store is closed afterwards, whatever happened. */
export async function onGround<T>(startsAt: number, run: (ground: Ground) => Promise<T>): Promise<T> {
  const clock = new SimClock(startsAt);
  const nextId = counter();
  const store = await openStore({ path: ':memory:', durability: 'normal', clock, ids: { next: nextId } });
  try {
    return await run({ clock, nextId, store });
  } finally {
    await store.close();
  }
}

/** Ids of one length, in their order. */
function counter(): () => string {
  let ids = 0;
  return () => (ids += 1).toString(36).padStart(8, '0');
}

export interface Inhabited {
  readonly random: SimRandom;
  readonly world: SimWorld;
  readonly lives: SimLives;
}

export interface Terms extends Omit<SimLivesParts, keyof Ground | 'random' | 'world'> {
  readonly seed: number;
  /** Takes the phones' log as it grows, instead of the world. */
  readonly write?: (entry: PhoneLogEntry) => void;
}

/** What the program does is one stream of chance, what people do another: more of one does not change the other. */
export function inhabit(ground: Ground, { seed, write, ...terms }: Terms): Inhabited {
  const random = new SimRandom(seed);
  const world = new SimWorld(ground.clock, new SimRandom(seed ^ 0x5bd1e995), write);
  return { random, world, lives: new SimLives({ ...ground, random, world, ...terms }) };
}
