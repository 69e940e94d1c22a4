/** The region of a visit's address, and how many leases each project gave in a minute, whichever process gave them. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('visitor_sessions').addColumn('region', 'text').execute();
  await db.schema
    .createTable('rate_counts')
    .addColumn('scope', 'text', (column) => column.primaryKey().notNull())
    .addColumn('minute_at', 'bigint', required)
    .addColumn('count', 'integer', required)
    .execute();
}
