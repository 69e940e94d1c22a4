/** The store of calls that come while the real one cannot be written: in memory, so that no disk can fail it. */
import type { Clock, Ids } from '../app/ports/ports.js';
import type { Standby } from '../app/ports/standby.js';
import { openStore, type OpenedStore } from './open-store.js';

export interface StandbyOptions {
  /** Gets everything when it can be written again. */
  readonly real: Pick<OpenedStore, 'carry'>;
  readonly clock: Clock;
  readonly ids: Ids;
}

export async function openStandby({ real, clock, ids }: StandbyOptions): Promise<Standby> {
  const store = await openStore({ path: ':memory:', durability: 'normal', clock, ids });
  return {
    store,
    handOver: async () => real.carry(await store.carried()),
    close: () => store.close(),
  };
}
