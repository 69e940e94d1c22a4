/**
 * Leases by name and numbered slots of a pool. Every write is conditional and guarded by a primary key, so it does not
 * matter which process gets there first.
 */
import type { LeaseRepository } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import { Fault } from '../errors.js';
import type { Database } from './schema.js';
import { changedOne, statement } from './statements.js';

export interface RenewableLeases extends LeaseRepository {
  /** Prolongs all leases and slots of an owner; answers how many. */
  renewOwner(owner: string, until: Instant): Promise<number>;
}

interface Owned {
  readonly resource: string;
  readonly owner: string;
}

interface LeaseWish extends Owned {
  readonly until: Instant;
  readonly now: Instant;
}

/** Its own lease an owner gets again, with the new end. */
const TAKE = statement<LeaseWish>((db, { resource, owner, until, now }) =>
  db
    .insertInto('leases')
    .values({ resource, owner, until_at: until })
    .onConflict((conflict) =>
      conflict
        .column('resource')
        .doUpdateSet({ owner, until_at: until })
        .where((eb) => eb.or([eb('leases.until_at', '<=', now), eb('leases.owner', '=', owner)])),
    ),
);

const RENEW = statement<Owned & { readonly until: Instant }>((db, { resource, owner, until }) =>
  db
    .updateTable('leases')
    .set({ until_at: until })
    .where('resource', '=', resource)
    .where('owner', '=', owner),
);

const RELEASE = statement<Owned>((db, { resource, owner }) =>
  db.deleteFrom('leases').where('resource', '=', resource).where('owner', '=', owner),
);

const RELEASE_LEASES = statement<Pick<Owned, 'owner'>>((db, { owner }) =>
  db.deleteFrom('leases').where('owner', '=', owner),
);

const RELEASE_SLOTS = statement<Pick<Owned, 'owner'>>((db, { owner }) =>
  db.deleteFrom('slots').where('owner', '=', owner),
);

const HOLDER = statement<Pick<Owned, 'resource'>, { readonly owner: string; readonly until: Instant }>(
  (db, { resource }) =>
    db.selectFrom('leases').select(['owner', 'until_at as until']).where('resource', '=', resource),
);

const HELD_UNDER = statement<
  { readonly prefix: string; readonly end: string; readonly now: Instant },
  { readonly resource: string; readonly owner: string }
>((db, { prefix, end, now }) =>
  db
    .selectFrom('leases')
    .select(['resource', 'owner'])
    .where('resource', '>=', prefix)
    .where('resource', '<', end)
    .where('until_at', '>', now),
);

const COUNT_SLOTS = statement<{ readonly pool: string; readonly now: Instant }, { readonly count: number }>(
  (db, { pool, now }) =>
    db
      .selectFrom('slots')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('pool', '=', pool)
      .where('until_at', '>', now),
);

export function leaseRepository(db: Database): RenewableLeases {
  return {
    async take(resource, owner, until, now) {
      return changedOne(await TAKE(db, { resource, owner, until, now })) ? 'taken' : 'held';
    },
    async renew(resource, owner, until) {
      return changedOne(await RENEW(db, { resource, owner, until })) ? 'renewed' : 'lost';
    },
    async release(resource, owner) {
      await RELEASE(db, { resource, owner });
    },
    takeSlot: (pool, capacity, owner, until, now) => takeSlot(db, { pool, capacity, owner, until, now }),
    async releaseOwner(owner) {
      await RELEASE_LEASES(db, { owner });
      await RELEASE_SLOTS(db, { owner });
    },
    async heldUnder(prefix, now) {
      // Every name that begins so sorts before the prefix with its last character raised by one.
      const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
      return (await HELD_UNDER(db, { prefix, end, now })).rows;
    },
    async countSlots(pool, now) {
      return (await COUNT_SLOTS(db, { pool, now })).rows[0]?.count ?? 0;
    },
    async renewOwner(owner, until) {
      const change = { until_at: until };
      const leases = await db.updateTable('leases').set(change).where('owner', '=', owner).executeTakeFirst();
      const slots = await db.updateTable('slots').set(change).where('owner', '=', owner).executeTakeFirst();
      return Number(leases.numUpdatedRows + slots.numUpdatedRows);
    },
    async reown(from, to) {
      const change = { owner: to };
      await db.updateTable('leases').set(change).where('owner', '=', from).execute();
      await db.updateTable('slots').set(change).where('owner', '=', from).execute();
    },
    async heldBy(resource) {
      return (await HOLDER(db, { resource })).rows[0];
    },
    async sweep(now) {
      const leases = await db.deleteFrom('leases').where('until_at', '<=', now).executeTakeFirst();
      const slots = await db.deleteFrom('slots').where('until_at', '<=', now).executeTakeFirst();
      return Number(leases.numDeletedRows + slots.numDeletedRows);
    },
  };
}

interface SlotWish {
  readonly pool: string;
  readonly capacity: number;
  readonly owner: string;
  readonly until: Instant;
  readonly now: Instant;
}

/** Choose, write conditionally, on conflict look again. Who loses `capacity` races in a row saw others win each. */
async function takeSlot(db: Database, wish: SlotWish): Promise<number | undefined> {
  for (let race = 0; race <= wish.capacity; race += 1) {
    const slot = await firstFreeSlot(db, wish);
    if (slot === undefined || changedOne(await WRITE_SLOT(db, { ...wish, slot }))) return slot;
  }
  throw new Fault('store-unavailable', `The slots of ${wish.pool} are contended.`, { retryAfterSeconds: 1 });
}

const TAKEN_SLOTS = statement<SlotWish, { readonly slot_no: number }>((db, { pool, capacity, now }) =>
  db
    .selectFrom('slots')
    .select('slot_no')
    .where('pool', '=', pool)
    .where('slot_no', '<', capacity)
    .where('until_at', '>', now)
    .orderBy('slot_no'),
);

async function firstFreeSlot(db: Database, wish: SlotWish): Promise<number | undefined> {
  const { rows } = await TAKEN_SLOTS(db, wish);
  const gap = rows.findIndex(({ slot_no }, index) => slot_no !== index);
  const first = gap === -1 ? rows.length : gap;
  return first < wish.capacity ? first : undefined;
}

const WRITE_SLOT = statement<SlotWish & { readonly slot: number }>((db, { pool, slot, owner, until, now }) =>
  db
    .insertInto('slots')
    .values({ pool, slot_no: slot, owner, until_at: until })
    .onConflict((conflict) =>
      conflict
        .columns(['pool', 'slot_no'])
        .doUpdateSet({ owner, until_at: until })
        .where('slots.until_at', '<=', now),
    ),
);
