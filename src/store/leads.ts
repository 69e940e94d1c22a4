/** Leads: as intake stored them, and how far their callbacks have come. */
import { sql } from 'kysely';
import type { SqlBool } from 'kysely';
import type { LeadFilter, LeadRepository, Page } from '../app/ports/store.js';
import type { Lead, LeadStatus } from '../domain/leads/lead.js';
import { gateQueriesOver } from './lead-gate.js';
import { speedOver } from './lead-speed.js';
import { mapping } from './mapping.js';
import { given, keysetOf, pageOf } from './paging.js';
import { inserting, updating } from './row-statements.js';
import type { Database, LeadRow } from './schema.js';
import { statement, type Statement } from './statements.js';
import { changeRow } from './writes.js';
import type { Instant } from '../domain/values/ids.js';

const LEAD = mapping<Lead, LeadRow>({
  id: 'id',
  receivedAt: 'received_at',
  source: 'source',
  kind: 'kind',
  connectionId: 'connection_id',
  formId: 'form_id',
  formName: 'form_name',
  pushId: 'push_id',
  externalId: 'external_id',
  rawPhone: 'raw_phone',
  phone: 'phone',
  country: 'country',
  clientName: 'client_name',
  email: 'email',
  locale: 'locale',
  timeZone: 'time_zone',
  callAt: 'call_at',
  group: 'group_name',
  campaign: 'campaign',
  adGroup: 'ad_group',
  ad: 'ad',
  answers: { json: 'answers' },
  touch: { json: 'touch' },
  visitorId: 'visitor_id',
  sessionId: 'session_id',
  test: 'test',
  status: 'status',
  reason: 'reason',
  willCallAt: 'will_call_at',
  duplicateOf: 'duplicate_of',
  policy: 'policy',
  finishedAt: 'finished_at',
  clientAddress: 'client_address',
  clientNetwork: 'client_network',
  fillSeconds: 'fill_seconds',
  consent: { json: 'consent' },
  followUpOf: 'follow_up_of',
  gateNote: 'gate_note',
  dueAt: 'due_at',
  passedOver: 'passed_over',
});

export const leadFromRow = LEAD.fromRow;

/** A lead that repeats another, or that nobody was going to call, makes no later one a repetition. */
const NEVER_CALLED: readonly LeadStatus[] = [
  'duplicate',
  'not-dialled',
  'no-phone',
  'cancelled',
  'quarantined',
];

/** Written as in the index: bound parameters would not match its predicate. */
const isWaiting = sql<SqlBool>`status in ('queued', 'deferred')`;

interface Line {
  readonly group: string;
  readonly now: Instant;
  readonly limit: number;
}

function inLine(direction: 'asc' | 'desc'): Statement<Line, LeadRow> {
  return statement<Line, LeadRow>((db, { group, now, limit }) =>
    db
      .selectFrom('leads')
      .selectAll()
      .where('group_name', '=', group)
      .where(isWaiting)
      .where('will_call_at', '<=', now)
      .orderBy('received_at', direction)
      .orderBy('id', direction)
      .limit(limit),
  );
}

const IN_LINE = { 'freshest-first': inLine('desc'), 'oldest-first': inLine('asc') };

const BY_ID = statement<{ readonly id: Lead['id'] }, LeadRow>((db, { id }) =>
  db.selectFrom('leads').selectAll().where('id', '=', id),
);

const INSERT = inserting('leads');
const UPDATE = updating('leads');

/** `add` throws `conflict` when this entry of the source is stored already. */
export function leadRepository(db: Database): LeadRepository {
  const select = () => db.selectFrom('leads').selectAll();
  return {
    async add(lead) {
      await INSERT(db, [LEAD.toRow(lead)]);
    },
    async byId(id) {
      return one((await BY_ID(db, { id })).rows[0]);
    },
    async byExternalId(connectionId, externalId) {
      const query = select().where('connection_id', '=', connectionId).where('external_id', '=', externalId);
      return one(await query.executeTakeFirst());
    },
    async latestOfPhone(phone, group, since) {
      const ofPhone = select()
        .where('phone', '=', phone)
        .where((eb) => eb.or([eb('received_at', '>=', since), eb('status', '=', 'calling')]))
        .where('status', 'not in', NEVER_CALLED)
        .where((eb) => eb.or([eb('status', '<>', 'blocked'), eb('reason', '=', 'spam')]))
        .orderBy('received_at', 'desc')
        .orderBy('id', 'desc');
      const ofGroup =
        group === undefined
          ? ofPhone.where('group_name', 'is', null)
          : ofPhone.where('group_name', '=', group);
      return one(await ofGroup.limit(1).executeTakeFirst());
    },
    async update(id, change) {
      const set = LEAD.toChange(change);
      await changeRow({ what: `lead ${id}`, set, run: () => UPDATE(db, id, set) });
    },
    async inLine(group, now, order, limit) {
      return (await IN_LINE[order](db, { group, now, limit })).rows.map(LEAD.fromRow);
    },
    ...gateQueriesOver(db, LEAD.fromRow),
    ...speedOver(db),
    list: (filter) => listLeads(db, filter),
    async countByStatus() {
      const rows = await db
        .selectFrom('leads')
        .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
        .groupBy('status')
        .execute();
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
  };
}

function one(row: LeadRow | undefined): Lead | undefined {
  return row === undefined ? undefined : LEAD.fromRow(row);
}

/** `to` is exclusive. */
async function listLeads(db: Database, filter: LeadFilter): Promise<Page<Lead>> {
  const { limit, cursor, formId, connectionId, phone, from = 0, to = Number.MAX_SAFE_INTEGER } = filter;
  const start = keysetOf(cursor);
  const equal = given({
    status: filter.status as LeadStatus | undefined,
    form_id: formId,
    connection_id: connectionId,
    phone,
  });
  const rows = await db
    .selectFrom('leads')
    .selectAll()
    .where((eb) => eb.and(equal))
    .where('received_at', '>=', from)
    .where('received_at', '<', to)
    .where((eb) => eb(eb.refTuple('received_at', 'id'), '<', eb.tuple(start.at, start.id as Lead['id'])))
    .orderBy('received_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows.map(LEAD.fromRow), limit, ({ receivedAt, id }) => ({ at: receivedAt, id }));
}
