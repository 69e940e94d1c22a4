/** Which signalling server a phone registered with: through a NAT, or over a connection, only that one reaches it. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('registrations').addColumn('signalling_node', 'text').execute();
}
