/** Activities of calls: intents committed before the world notices them, and their outcomes. */
import type { CallRepository } from '../app/ports/store.js';
import type { ActivityRecord } from '../domain/calls/call.js';
import type { CallId, Instant } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import { inserting } from './row-statements.js';
import type { ActivityRow, Database } from './schema.js';
import { statement } from './statements.js';

const ACTIVITY = mapping<ActivityRecord, ActivityRow>({
  id: 'id',
  callId: 'call_id',
  verb: 'verb',
  legId: 'leg_id',
  directive: 'directive',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  outcome: 'outcome',
});

const INSERT = inserting('activities');

const END = statement<{
  readonly id: ActivityRow['id'];
  readonly outcome: string;
  readonly at: Instant;
}>((db, { id, outcome, at }) =>
  db
    .updateTable('activities')
    .set({ outcome, ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null),
);

const OF_CALL = statement<{ readonly callId: CallId }, ActivityRow>((db, { callId }) =>
  db.selectFrom('activities').selectAll().where('call_id', '=', callId).orderBy('started_at').orderBy('id'),
);

type ActivityMethods = Pick<CallRepository, 'addActivity' | 'endActivity' | 'activitiesOf'>;

export function activityRepository(db: Database): ActivityMethods {
  return {
    async addActivity(activity) {
      await INSERT(db, [ACTIVITY.toRow(activity)]);
    },
    /** The first outcome stays: one that comes after `unknown` was written does not rewrite history. */
    async endActivity(id, outcome, at) {
      await END(db, { id, outcome, at });
    },
    async activitiesOf(callId) {
      return (await OF_CALL(db, { callId })).rows.map(ACTIVITY.fromRow);
    },
  };
}
