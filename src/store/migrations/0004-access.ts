/** Who may talk to us: API keys and operators' SIP credentials; and small named values. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('api_keys')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', required)
    .addColumn('prefix', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('scopes', 'text', required)
    .addColumn('created_at', 'bigint', required)
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema.createIndex('api_keys_prefix').on('api_keys').column('prefix').execute();
  await db.schema
    .createTable('credentials')
    .addColumn('user', 'text', required)
    .addColumn('realm', 'text', required)
    .addColumn('algorithm', 'text', required)
    .addColumn('ha1', 'text', required)
    .addPrimaryKeyConstraint('credentials_primary_key', ['user', 'realm', 'algorithm'])
    .execute();
  await db.schema
    .createTable('flags')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('value', 'text', required)
    .execute();
}
