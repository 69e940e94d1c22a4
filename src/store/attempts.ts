/** Attempts to bring a client and an operator together. A unique index keeps at most one open attempt a phone. */
import { sql } from 'kysely';
import type { SqlBool } from 'kysely';
import type { AttemptRepository } from '../app/ports/store.js';
import type { Attempt } from '../domain/leads/lead.js';
import { mapping } from './mapping.js';
import type { AttemptRow, Database } from './schema.js';
import { applyChange } from './writes.js';

const ATTEMPT = mapping<Attempt, AttemptRow>({
  id: 'id',
  leadId: 'lead_id',
  phone: 'phone',
  number: 'number',
  state: 'state',
  callId: 'call_id',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  disposition: 'disposition',
  clientRung: 'client_rung',
  nextAttemptAt: 'next_attempt_at',
});

/** Written as in the index: a bound parameter would not match its predicate. */
const isOpen = sql<SqlBool>`state <> 'ended'`;

export function attemptRepository(db: Database): AttemptRepository {
  const select = () => db.selectFrom('attempts').selectAll();
  return {
    async open(attempt) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('attempts')
        .values(ATTEMPT.toRow(attempt))
        .onConflict((conflict) => conflict.column('phone').where(isOpen).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n ? 'opened' : 'conflict';
    },
    async update(id, change) {
      const set = ATTEMPT.toChange(change);
      await applyChange({
        what: `attempt ${id}`,
        set,
        run: () => db.updateTable('attempts').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : ATTEMPT.fromRow(row);
    },
    async ofLead(leadId) {
      const rows = await select().where('lead_id', '=', leadId).orderBy('number').orderBy('id').execute();
      return rows.map(ATTEMPT.fromRow);
    },
    async openAttempts() {
      return (await select().where(isOpen).orderBy('started_at').orderBy('id').execute()).map(
        ATTEMPT.fromRow,
      );
    },
  };
}
