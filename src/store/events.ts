/** The timeline: every committed event, numbered in commit order. */
import type { EventRepository } from '../app/ports/store.js';
import type { TimelineEvent } from '../domain/calls/events.js';
import type { EventId, Instant } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import { inserting } from './row-statements.js';
import type { Database, EventRow } from './schema.js';
import { removeInBatches } from './writes.js';

const EVENT = mapping<TimelineEvent, EventRow>({
  id: 'id',
  name: 'name',
  at: 'at',
  callId: 'call_id',
  leadId: 'lead_id',
  payload: { json: 'payload' },
});

const INSERT = inserting('events');

export interface KeptEvents extends EventRepository {
  /** Answers how many were removed. */
  removeOlderThan(before: Instant): Promise<number>;
}

export function eventRepository(db: Database): KeptEvents {
  const select = () => db.selectFrom('events').selectAll().orderBy('seq');
  return {
    async append(events) {
      await INSERT(db, events.map(EVENT.toRow));
    },
    async ofCall(callId) {
      return (await select().where('call_id', '=', callId).execute()).map(EVENT.fromRow);
    },
    async ofLead(leadId) {
      return (await select().where('lead_id', '=', leadId).execute()).map(EVENT.fromRow);
    },
    async after(id, limit) {
      const seq = id === undefined ? 0 : await sequenceOf(db, id);
      return (await select().where('seq', '>', seq).limit(limit).execute()).map(EVENT.fromRow);
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) => {
        const old = db.selectFrom('events').select('seq').where('at', '<', before).limit(limit);
        return db.deleteFrom('events').where('seq', 'in', old).executeTakeFirst();
      }),
  };
}

/** An event that retention removed lies before all that are left: its reader gets everything since. */
async function sequenceOf(db: Database, id: EventId): Promise<number> {
  const row = await db.selectFrom('events').select('seq').where('id', '=', id).executeTakeFirst();
  return row?.seq ?? 0;
}
