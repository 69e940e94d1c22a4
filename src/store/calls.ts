/** Call records. Their legs and activities have files of their own and are joined here to the port's repository. */
import { sql } from 'kysely';
import type { SqlBool } from 'kysely';
import type { CallFilter, CallRepository, Page } from '../app/ports/store.js';
import type { CallDisposition, CallRecord } from '../domain/calls/call.js';
import type { E164, Instant } from '../domain/values/ids.js';
import { activityRepository } from './activities.js';
import { inputRepository } from './call-inputs.js';
import { legRepository } from './legs.js';
import { mapping } from './mapping.js';
import { given, keysetOf, pageOf } from './paging.js';
import { inserting, updating } from './row-statements.js';
import type { CallRow, Database } from './schema.js';
import { statement } from './statements.js';
import { changeRow } from './writes.js';

const CALL = mapping<CallRecord, CallRow>({
  id: 'id',
  direction: 'direction',
  state: 'state',
  leadId: 'lead_id',
  attemptId: 'attempt_id',
  dialplan: 'dialplan',
  clientNumber: 'client_number',
  did: 'did',
  startedAt: 'started_at',
  bridgedAt: 'bridged_at',
  unbridgedAt: 'unbridged_at',
  endedAt: 'ended_at',
  disposition: 'disposition',
  operator: 'operator',
  whisperText: 'whisper_text',
  adoptedAt: 'adopted_at',
  tags: { json: 'tags' },
  outcome: { json: 'outcome' },
  note: { json: 'note' },
  externalId: 'external_id',
  attribution: { json: 'attribution' },
  session: 'session',
  step: 'step',
  setVersion: 'set_version',
  facts: 'facts',
});

/** Written as in the index: a bound parameter would not match its predicate. */
const isOpen = sql<SqlBool>`state <> 'closed'`;

const BY_ID = statement<{ readonly id: CallRecord['id'] }, CallRow>((db, { id }) =>
  db.selectFrom('calls').selectAll().where('id', '=', id),
);

const OPEN_OF_PHONE = statement<{ readonly phone: E164 }, CallRow>((db, { phone }) =>
  db
    .selectFrom('calls')
    .selectAll()
    .where('client_number', '=', phone)
    .where(isOpen)
    .orderBy('started_at')
    .orderBy('id'),
);

const LAST_TALK = statement<
  { readonly phone: E164; readonly from: Instant; readonly before: Instant },
  CallRow
>((db, { phone, from, before }) =>
  db
    .selectFrom('calls')
    .selectAll()
    .where('client_number', '=', phone)
    .where('bridged_at', '>=', from)
    .where('bridged_at', '<', before)
    .orderBy('bridged_at', 'desc')
    .limit(1),
);

const COUNT_SEEKING = statement<{ readonly pool: string; readonly now: Instant }, { readonly count: number }>(
  (db, { pool, now }) =>
    db
      .selectFrom('slots')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('pool', '=', pool)
      .where('until_at', '>', now)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('legs')
              .select('legs.id')
              .whereRef('legs.call_id', '=', sql.ref('slots.owner'))
              .where(sql<SqlBool>`legs.role = 'operator'`)
              .where(sql<SqlBool>`legs.state <> 'ended'`),
          ),
        ),
      ),
);

const INSERT = inserting('calls');
const UPDATE = updating('calls');

export const callFromRow = CALL.fromRow;

export function callRepository(db: Database): CallRepository {
  const select = () => db.selectFrom('calls').selectAll();
  return {
    ...legRepository(db),
    ...activityRepository(db),
    ...inputRepository(db),
    async add(call) {
      await INSERT(db, [CALL.toRow(call)]);
    },
    async update(id, change) {
      const set = CALL.toChange(change);
      await changeRow({ what: `call ${id}`, set, run: () => UPDATE(db, id, set) });
    },
    async byId(id) {
      const row = (await BY_ID(db, { id })).rows[0];
      return row === undefined ? undefined : CALL.fromRow(row);
    },
    list: (filter) => listCalls(db, filter),
    async openOfPhone(phone) {
      return (await OPEN_OF_PHONE(db, { phone })).rows.map(CALL.fromRow);
    },
    async countSeeking(pool, now) {
      return (await COUNT_SEEKING(db, { pool, now })).rows[0]?.count ?? 0;
    },
    async byExternalId(externalId) {
      const row = await select().where('external_id', '=', externalId).limit(1).executeTakeFirst();
      return row === undefined ? undefined : CALL.fromRow(row);
    },
    latestTalkWith: (phone, since) => lastTalk(db, phone, { from: since }),
    earlierTalkWith: (phone, before) => lastTalk(db, phone, { before }),
    async historyWith(phone, before) {
      const earlier = db
        .selectFrom('calls')
        .where('client_number', '=', phone)
        .where('started_at', '<', before);
      const { calls } = await earlier
        .select(({ fn }) => fn.countAll<number>().as('calls'))
        .executeTakeFirstOrThrow();
      const last = await earlier.selectAll().orderBy('started_at', 'desc').limit(1).executeTakeFirst();
      return last === undefined ? { calls } : { calls, last: CALL.fromRow(last) };
    },
    async openCalls() {
      return (await select().where(isOpen).orderBy('started_at').orderBy('id').execute()).map(CALL.fromRow);
    },
  };
}

async function lastTalk(
  db: Database,
  phone: E164,
  { from = 0, before = Number.MAX_SAFE_INTEGER }: { readonly from?: number; readonly before?: number },
): Promise<CallRecord | undefined> {
  const row = (await LAST_TALK(db, { phone, from, before })).rows[0];
  return row === undefined ? undefined : CALL.fromRow(row);
}

/** `to` is exclusive. */
async function listCalls(db: Database, filter: CallFilter): Promise<Page<CallRecord>> {
  const { limit, cursor, leadId, open, from = 0, to = Number.MAX_SAFE_INTEGER } = filter;
  const start = keysetOf(cursor);
  const equal = given({
    lead_id: leadId,
    disposition: filter.disposition as CallDisposition | undefined,
    client_number: filter.phone,
    operator: filter.operator,
  });
  const rows = await db
    .selectFrom('calls')
    .selectAll()
    .where((eb) => eb.and(equal))
    .where((eb) => eb.and(open === 'yes' ? [isOpen] : []))
    .where('started_at', '>=', from)
    .where('started_at', '<', to)
    .where((eb) => eb(eb.refTuple('started_at', 'id'), '<', eb.tuple(start.at, start.id as CallRecord['id'])))
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows.map(CALL.fromRow), limit, ({ startedAt, id }) => ({ at: startedAt, id }));
}
