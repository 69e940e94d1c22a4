/** Keys of requests with the answers they got, so that a repeated request does its work once. */
import type { IdempotencyRepository } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import type { Database } from './schema.js';
import { removeInBatches } from './writes.js';

const ANSWER_KEPT_MS = 86_400_000;
/** A request without an answer for so long was lost in a crash; its repetition may run. */
const ABANDONED_MS = 60_000;

interface Claim {
  readonly scope: string;
  readonly key: string;
  readonly bodyHash: string;
  readonly now: Instant;
}

export function idempotencyRepository(db: Database): IdempotencyRepository {
  return {
    async claim(scope, key, bodyHash, now) {
      const claim = { scope, key, bodyHash, now };
      for (;;) {
        if ((await insertClaim(db, claim)) === 'inserted') return { kind: 'new' };
        const earlier = await earlierClaim(db, claim);
        // Undefined when it was released between the two looks: then the key is free.
        if (earlier !== undefined) return earlier;
      }
    },
    async answer(scope, key, answer) {
      await db
        .updateTable('idempotency')
        .set({ answer })
        .where('scope', '=', scope)
        .where('key', '=', key)
        .execute();
    },
    async release(scope, key) {
      await db
        .deleteFrom('idempotency')
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('answer', 'is', null)
        .execute();
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) => {
        const old = db
          .selectFrom('idempotency')
          .select(['scope', 'key'])
          .where('claimed_at', '<', before)
          .limit(limit);
        return db
          .deleteFrom('idempotency')
          .where((eb) => eb(eb.refTuple('scope', 'key'), 'in', old.$asTuple('scope', 'key')))
          .executeTakeFirst();
      }),
  };
}

async function insertClaim(
  db: Database,
  { scope, key, bodyHash, now }: Claim,
): Promise<'inserted' | 'exists'> {
  const fresh = { body_hash: bodyHash, claimed_at: now, answer: null };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('idempotency')
    .values({ scope, key, ...fresh })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'key'])
        .doUpdateSet(fresh)
        .where((eb) =>
          eb.or([
            eb('idempotency.claimed_at', '<=', now - ANSWER_KEPT_MS),
            eb.and([
              eb('idempotency.answer', 'is', null),
              eb('idempotency.claimed_at', '<=', now - ABANDONED_MS),
            ]),
          ]),
        ),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n ? 'inserted' : 'exists';
}

async function earlierClaim(
  db: Database,
  { scope, key, bodyHash }: Claim,
): Promise<Awaited<ReturnType<IdempotencyRepository['claim']>> | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .select(['body_hash', 'answer'])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { body_hash, answer } = row;
  if (body_hash !== bodyHash) return { kind: 'conflict' };
  return answer === null ? { kind: 'running' } : { kind: 'replay', answer };
}
