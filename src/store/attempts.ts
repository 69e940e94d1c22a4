/** Attempts to bring a client and an operator together. A unique index keeps at most one open attempt a phone. */
import { sql } from 'kysely';
import type { SqlBool } from 'kysely';
import type { AttemptRepository } from '../app/ports/store.js';
import type { Attempt } from '../domain/leads/lead.js';
import { mapping } from './mapping.js';
import { updating } from './row-statements.js';
import type { AttemptRow, Database } from './schema.js';
import { changedOne, statement } from './statements.js';
import { changeRow } from './writes.js';

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

const OPEN = statement<AttemptRow>((db, marks) => {
  const { id, lead_id, phone, number, state, call_id, started_at } = marks;
  const { ended_at, disposition, client_rung, next_attempt_at } = marks;
  return db
    .insertInto('attempts')
    .values({
      ...{ id, lead_id, phone, number, state, call_id, started_at },
      ...{ ended_at, disposition, client_rung, next_attempt_at },
    })
    .onConflict((conflict) => conflict.column('phone').where(isOpen).doNothing());
});

const UPDATE = updating('attempts');

const BY_ID = statement<{ readonly id: Attempt['id'] }, AttemptRow>((db, { id }) =>
  db.selectFrom('attempts').selectAll().where('id', '=', id),
);

const OF_LEAD = statement<{ readonly leadId: Attempt['leadId'] }, AttemptRow>((db, { leadId }) =>
  db.selectFrom('attempts').selectAll().where('lead_id', '=', leadId).orderBy('number').orderBy('id'),
);

export function attemptRepository(db: Database): AttemptRepository {
  const select = () => db.selectFrom('attempts').selectAll();
  return {
    async open(attempt) {
      return changedOne(await OPEN(db, ATTEMPT.toRow(attempt))) ? 'opened' : 'conflict';
    },
    async update(id, change) {
      const set = ATTEMPT.toChange(change);
      await changeRow({ what: `attempt ${id}`, set, run: () => UPDATE(db, id, set) });
    },
    async byId(id) {
      const row = (await BY_ID(db, { id })).rows[0];
      return row === undefined ? undefined : ATTEMPT.fromRow(row);
    },
    async ofLead(leadId) {
      return (await OF_LEAD(db, { leadId })).rows.map(ATTEMPT.fromRow);
    },
    async openAttempts() {
      return (await select().where(isOpen).orderBy('started_at').orderBy('id').execute()).map(
        ATTEMPT.fromRow,
      );
    },
  };
}
