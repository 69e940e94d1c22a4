/** Customer audiences and the uploads into them. */
import type { AudienceRepository } from '../app/ports/tiktok-store.js';
import type { Audience, AudienceTask } from '../domain/tiktok/audience.js';
import type { CallOutcome } from '../domain/calls/call.js';
import type { Touch } from '../domain/leads/lead.js';
import type { SegmentLead } from '../domain/tiktok/segment.js';
import type { CallId, E164, LeadId } from '../domain/values/ids.js';
import { present } from '../domain/values/present.js';
import { mapping } from './mapping.js';
import type { CallRow, Database, LeadRow } from './schema.js';
import type { AudienceRow, AudienceTaskRow } from './tiktok-rows.js';
import { applyChange } from './writes.js';

const AUDIENCE = mapping<Audience, AudienceRow>({
  id: 'id',
  connectionId: 'connection_id',
  accountId: 'account_id',
  name: 'name',
  schema: 'schema',
  segment: { json: 'segment' },
  state: 'state',
  why: 'why',
  externalId: 'external_id',
  matched: 'matched',
  createdAt: 'created_at',
  checkedAt: 'checked_at',
});

const TASK = mapping<AudienceTask, AudienceTaskRow>({
  id: 'id',
  audienceId: 'audience_id',
  action: 'action',
  trigger: 'trigger',
  state: 'state',
  runAt: 'run_at',
  why: 'why',
  total: 'total',
  valid: 'valid',
  filePath: 'file_path',
  by: 'by',
  createdAt: 'created_at',
  sentAt: 'sent_at',
  endedAt: 'ended_at',
});

type LeadPart = Pick<
  LeadRow,
  'id' | 'status' | 'reason' | 'received_at' | 'touch' | 'phone' | 'email' | 'test'
>;

function leadOf({ id, status, reason, received_at: receivedAt, ...row }: LeadPart): SegmentLead {
  return {
    ...{ id, status, reason, receivedAt, touch: JSON.parse(row.touch) as Touch },
    ...present({ phone: row.phone ?? undefined, email: row.email ?? undefined, test: row.test ?? undefined }),
  };
}

/** A call without a number belongs to nobody; it keeps its place in the pages. */
function callOf(row: Pick<CallRow, 'id' | 'client_number' | 'tags' | 'outcome'>) {
  return {
    id: row.id,
    phone: (row.client_number ?? '') as E164,
    tags: row.client_number === null ? [] : (JSON.parse(row.tags) as string[]),
    ...(row.outcome !== null &&
      row.client_number !== null && { outcome: JSON.parse(row.outcome) as CallOutcome }),
  };
}

export function audienceRepository(db: Database): AudienceRepository {
  const select = () => db.selectFrom('audiences').selectAll();
  const selectTasks = () => db.selectFrom('audience_tasks').selectAll();
  return {
    ...segmentRows(db),
    async add(audience) {
      await db.insertInto('audiences').values(AUDIENCE.toRow(audience)).execute();
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row && AUDIENCE.fromRow(row);
    },
    async update(id, change) {
      const set = AUDIENCE.toChange(change);
      await applyChange({
        what: `audience ${id}`,
        set,
        run: () => db.updateTable('audiences').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async list() {
      return (await select().orderBy('created_at').orderBy('id').execute()).map(AUDIENCE.fromRow);
    },
    async addTask(task) {
      await db.insertInto('audience_tasks').values(TASK.toRow(task)).execute();
    },
    async taskById(id) {
      const row = await selectTasks().where('id', '=', id).executeTakeFirst();
      return row && TASK.fromRow(row);
    },
    async updateTask(id, change) {
      const set = TASK.toChange(change);
      await applyChange({
        what: `audience task ${id}`,
        set,
        run: () => db.updateTable('audience_tasks').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async tasksOf(id) {
      const all = selectTasks().where('audience_id', '=', id).orderBy('created_at', 'desc');
      return (await all.orderBy('id', 'desc').execute()).map(TASK.fromRow);
    },
  };
}

/** What segments are made of. */
function segmentRows(db: Database): Pick<AudienceRepository, 'leadsAfter' | 'callsAfter'> {
  return {
    async leadsAfter(id, limit) {
      const page = db
        .selectFrom('leads')
        .select(['id', 'status', 'reason', 'received_at', 'touch', 'phone', 'email', 'test'])
        .where('id', '>', id as LeadId)
        .orderBy('id')
        .limit(limit);
      return (await page.execute()).map(leadOf);
    },
    async callsAfter(id, limit) {
      const page = db
        .selectFrom('calls')
        .select(['id', 'client_number', 'tags', 'outcome'])
        .where('id', '>', id as CallId)
        .orderBy('id')
        .limit(limit);
      return (await page.execute()).map(callOf);
    },
  };
}
