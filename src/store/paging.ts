/** Lists newest first, by cursor: the next page starts below the (time, id) of the last item. */
import type { Page } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import { Fault } from '../errors.js';

export interface Keyset {
  readonly at: Instant;
  readonly id: string;
}

/** Above every item: where the first page starts. */
const TOP: Keyset = { at: Number.MAX_SAFE_INTEGER, id: '' };

/** Throws `field-invalid` for a cursor that we did not make. */
export function keysetOf(cursor: string | undefined): Keyset {
  if (cursor === undefined) return TOP;
  const [, at, id] = /^(\d{1,16}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at !== undefined && id !== undefined) return { at: Number(at), id };
  throw new Fault('field-invalid', 'The cursor is not one of ours.', {
    fields: [{ field: 'cursor', problem: 'use `next_cursor` of the page before' }],
  });
}

/** `rows` were read with one more than `limit`, to know whether there is a next page. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (item: T) => Keyset): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  const { at, id } = keyOf(last);
  return { items, nextCursor: Buffer.from(`${at}:${id}`).toString('base64url') };
}

/** Filter fields that are given, as Kysely's `and` takes them. */
export function given<T extends object>(filter: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
