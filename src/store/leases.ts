/**
 * Leases by name and numbered slots of a pool. Every write is conditional and guarded by a primary key, so it does not
 * matter which process gets there first.
 */
import type { LeaseRepository } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import { Fault } from '../errors.js';
import type { Database } from './schema.js';

export interface RenewableLeases extends LeaseRepository {
  /** Prolongs all leases and slots of an owner; answers how many. */
  renewOwner(owner: string, until: Instant): Promise<number>;
}

export function leaseRepository(db: Database): RenewableLeases {
  const ofOwner = (resource: string, owner: string) =>
    db.updateTable('leases').where('resource', '=', resource).where('owner', '=', owner);
  return {
    take: (resource, owner, until, now) => takeLease(db, { resource, owner, until, now }),
    async renew(resource, owner, until) {
      const { numUpdatedRows } = await ofOwner(resource, owner).set({ until_at: until }).executeTakeFirst();
      return numUpdatedRows === 1n ? 'renewed' : 'lost';
    },
    async release(resource, owner) {
      await db.deleteFrom('leases').where('resource', '=', resource).where('owner', '=', owner).execute();
    },
    takeSlot: (pool, capacity, owner, until, now) => takeSlot(db, { pool, capacity, owner, until, now }),
    async releaseOwner(owner) {
      await db.deleteFrom('leases').where('owner', '=', owner).execute();
      await db.deleteFrom('slots').where('owner', '=', owner).execute();
    },
    async renewOwner(owner, until) {
      const change = { until_at: until };
      const leases = await db.updateTable('leases').set(change).where('owner', '=', owner).executeTakeFirst();
      const slots = await db.updateTable('slots').set(change).where('owner', '=', owner).executeTakeFirst();
      return Number(leases.numUpdatedRows + slots.numUpdatedRows);
    },
    async heldBy(resource) {
      const row = await db
        .selectFrom('leases')
        .selectAll()
        .where('resource', '=', resource)
        .executeTakeFirst();
      return row === undefined ? undefined : { owner: row.owner, until: row.until_at };
    },
    expired: (now) =>
      db.selectFrom('leases').select(['resource', 'owner']).where('until_at', '<=', now).execute(),
    async sweep(now) {
      const leases = await db.deleteFrom('leases').where('until_at', '<=', now).executeTakeFirst();
      const slots = await db.deleteFrom('slots').where('until_at', '<=', now).executeTakeFirst();
      return Number(leases.numDeletedRows + slots.numDeletedRows);
    },
  };
}

interface LeaseWish {
  readonly resource: string;
  readonly owner: string;
  readonly until: Instant;
  readonly now: Instant;
}

/** Its own lease an owner gets again, with the new end. */
async function takeLease(
  db: Database,
  { resource, owner, until, now }: LeaseWish,
): Promise<'taken' | 'held'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('leases')
    .values({ resource, owner, until_at: until })
    .onConflict((conflict) =>
      conflict
        .column('resource')
        .doUpdateSet({ owner, until_at: until })
        .where((eb) => eb.or([eb('leases.until_at', '<=', now), eb('leases.owner', '=', owner)])),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'taken' : 'held';
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
    if (slot === undefined || (await writeSlot(db, slot, wish)) === 'written') return slot;
  }
  throw new Fault('store-unavailable', `The slots of ${wish.pool} are contended.`, { retryAfterSeconds: 1 });
}

async function firstFreeSlot(db: Database, { pool, capacity, now }: SlotWish): Promise<number | undefined> {
  const rows = await db
    .selectFrom('slots')
    .select('slot_no')
    .where('pool', '=', pool)
    .where('slot_no', '<', capacity)
    .where('until_at', '>', now)
    .orderBy('slot_no')
    .execute();
  const gap = rows.findIndex(({ slot_no }, index) => slot_no !== index);
  const first = gap === -1 ? rows.length : gap;
  return first < capacity ? first : undefined;
}

async function writeSlot(db: Database, slot: number, wish: SlotWish): Promise<'written' | 'conflict'> {
  const { pool, owner, until, now } = wish;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('slots')
    .values({ pool, slot_no: slot, owner, until_at: until })
    .onConflict((conflict) =>
      conflict
        .columns(['pool', 'slot_no'])
        .doUpdateSet({ owner, until_at: until })
        .where('slots.until_at', '<=', now),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'written' : 'conflict';
}
