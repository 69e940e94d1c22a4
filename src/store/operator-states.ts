/** Operators' states: one row for each operator who ever had one that differs from a fresh one. */
import type { OperatorStateRepository } from '../app/ports/store.js';
import type { OperatorState } from '../domain/routing/operator-state.js';
import { mapping } from './mapping.js';
import type { Database, OperatorStateRow } from './schema.js';
import { statement } from './statements.js';

const STATE = mapping<OperatorState, OperatorStateRow>({
  operator: 'operator',
  duty: 'duty',
  changedAt: 'changed_at',
  changedBy: 'changed_by',
  wrapUpUntil: 'wrap_up_until',
  restingUntil: 'resting_until',
  unanswered: 'unanswered',
  lastTalkAt: 'last_talk_at',
  talks: 'talks',
});

const ALL = statement<object, OperatorStateRow>((db) =>
  db.selectFrom('operator_states').selectAll().orderBy('operator'),
);

const BY_NAME = statement<{ readonly operator: string }, OperatorStateRow>((db, { operator }) =>
  db.selectFrom('operator_states').selectAll().where('operator', '=', operator),
);

export function operatorStateRepository(db: Database): OperatorStateRepository {
  return {
    async byName(operator) {
      const row = (await BY_NAME(db, { operator })).rows[0];
      return row === undefined ? undefined : STATE.fromRow(row);
    },
    async all() {
      return (await ALL(db, {})).rows.map(STATE.fromRow);
    },
    async put(state) {
      const row = STATE.toRow(state);
      await db
        .insertInto('operator_states')
        .values(row)
        .onConflict((conflict) => conflict.column('operator').doUpdateSet(row))
        .execute();
    },
  };
}
