/** How each leg's party was heard; written after the leg's end, so in a table of its own. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leg_quality')
    .addColumn('leg_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('at', 'bigint', required)
    .addColumn('trunk', 'text')
    .addColumn('packets', 'integer', required)
    .addColumn('lost', 'integer', required)
    .addColumn('jitter_ms', 'real', required)
    .addColumn('mos', 'real', required)
    .execute();
}
