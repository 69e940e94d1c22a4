/** Activities of calls: intents committed before the world notices them, and their outcomes. */
import type { CallRepository } from '../app/ports/store.js';
import type { ActivityRecord } from '../domain/calls/call.js';
import { mapping } from './mapping.js';
import type { ActivityRow, Database } from './schema.js';

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

type ActivityMethods = Pick<CallRepository, 'addActivity' | 'endActivity' | 'activitiesOf'>;

export function activityRepository(db: Database): ActivityMethods {
  return {
    async addActivity(activity) {
      await db.insertInto('activities').values(ACTIVITY.toRow(activity)).execute();
    },
    /** The first outcome stays: one that comes after `unknown` was written does not rewrite history. */
    async endActivity(id, outcome, at) {
      await db
        .updateTable('activities')
        .set({ outcome, ended_at: at })
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .execute();
    },
    async activitiesOf(callId) {
      const ofCall = db.selectFrom('activities').selectAll().where('call_id', '=', callId);
      return (await ofCall.orderBy('started_at').orderBy('id').execute()).map(ACTIVITY.fromRow);
    },
  };
}
