/** How each leg's party heard us, and the round trip to it: what its end told by RTCP. Null when it told nothing. */
import type { Kysely } from 'kysely';

const COLUMNS = ['far_end_mos', 'far_end_loss_percent', 'far_end_jitter_ms', 'round_trip_ms'] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const column of COLUMNS) await db.schema.alterTable('leg_quality').addColumn(column, 'real').execute();
}
