/** Registered contacts of operators' phones, so that a restart does not lose them. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('registrations')
    .addColumn('user', 'text', required)
    .addColumn('contact', 'text', required)
    .addColumn('source', 'text', required)
    .addColumn('transport', 'text', required)
    .addColumn('expires_at', 'bigint', required)
    .addColumn('phone', 'text', required)
    .addColumn('proxy', 'text')
    .addColumn('agent', 'text')
    .addPrimaryKeyConstraint('registrations_key', ['user', 'contact'])
    .execute();
}
