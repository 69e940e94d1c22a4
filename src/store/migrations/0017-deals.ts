/** Deals of the CRM; visits are found by the ids that other measuring systems gave the same browser. */
import type { Kysely } from 'kysely';
import { required } from '../dialect/dialect.js';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('deals')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('external_id', 'text', (column) => column.notNull().unique())
    .addColumn('project', 'text')
    .addColumn('status', 'text', required)
    .addColumn('stage', 'text')
    .addColumn('amount', 'real')
    .addColumn('currency', 'text')
    .addColumn('opened_at', 'bigint', required)
    .addColumn('at', 'bigint', required)
    .addColumn('phone', 'text')
    .addColumn('call_id', 'text')
    .addColumn('lead_id', 'text')
    .addColumn('visitor_id', 'text')
    .addColumn('ga_client_id', 'text')
    .addColumn('metrica_client_id', 'text')
    .addColumn('user_id', 'text')
    .addColumn('matched_by', 'text', required)
    .addColumn('contact_at', 'bigint')
    .addColumn('touches', 'text', required)
    .addColumn('labels', 'text', required)
    .execute();
  for (const columns of [['opened_at', 'id'], ['at'], ['phone'], ['lead_id'], ['call_id']])
    await db.schema.createIndex(`deals_${columns[0]}`).on('deals').columns(columns).execute();
  for (const column of ['ga_client_id', 'metrica_client_id'])
    await db.schema.createIndex(`visitor_sessions_${column}`).on('visitor_sessions').column(column).execute();
}
