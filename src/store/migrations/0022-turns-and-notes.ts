/** How many passed a lead that waits for a channel, and the box of a recording that is a message and no talk. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('leads').addColumn('passed_over', 'integer').execute();
  await db.schema.alterTable('recordings').addColumn('box', 'text').execute();
}
