/**
 * What is stored about one phone, and how it is made to say nothing about a person any more. Rows stay for counts and
 * reports; names, numbers, words and addresses go. Whoever adds a table with a phone in it adds it here.
 */
import type { ErasedCounts, PeopleRepository } from '../app/ports/people.js';
import type { CallRecord } from '../domain/calls/call.js';
import type { Lead } from '../domain/leads/lead.js';
import type { Deal } from '../domain/deals/deal.js';
import type { CallId, DealId, E164, LeadId } from '../domain/values/ids.js';
import { DEAL_WITHOUT_PERSON } from './deals.js';
import { CONVERSATION_WITHOUT_PERSON } from './conversations.js';
import { clearField } from './kept-fields.js';
import type { DealRow } from './integration-rows.js';
import type { CallRow, Database, LeadRow } from './schema.js';

export interface PeopleRows {
  readonly leadOf: (row: LeadRow) => Lead;
  readonly callOf: (row: CallRow) => CallRecord;
  readonly dealOf: (row: DealRow) => Deal;
}

/** Stands where a column must hold something. */
const ERASED = 'erased';

const LEAD_WITHOUT_PERSON = {
  raw_phone: null,
  phone: null,
  client_name: null,
  email: null,
  country: null,
  time_zone: null,
  answers: '[]',
  touch: '{}',
  visitor_id: null,
  session_id: null,
  client_address: null,
  client_network: null,
  fill_seconds: null,
  consent: null,
  gate_note: null,
} as const satisfies Partial<LeadRow>;

const CALL_WITHOUT_PERSON = {
  client_number: null,
  whisper_text: null,
  attribution: '{}',
  note: null,
  session: null,
  facts: null,
} as const satisfies Partial<CallRow>;

export function peopleRepository(db: Database, { leadOf, callOf, dealOf }: PeopleRows): PeopleRepository {
  const leadsOf = async (phone: E164) =>
    (await db.selectFrom('leads').selectAll().where('phone', '=', phone).execute()).map(leadOf);
  const callsOf = async (phone: E164, leads: readonly LeadId[]) => {
    const rows = await db
      .selectFrom('calls')
      .selectAll()
      .where((eb) => eb.or([eb('client_number', '=', phone), eb('lead_id', 'in', leads)]))
      .orderBy('started_at')
      .execute();
    return rows.map(callOf);
  };
  const dealsOf = async (phone: E164, leads: readonly LeadId[], calls: readonly CallId[]) => {
    const rows = await db
      .selectFrom('deals')
      .selectAll()
      .where((eb) => eb.or([eb('phone', '=', phone), eb('lead_id', 'in', leads), eb('call_id', 'in', calls)]))
      .orderBy('opened_at')
      .execute();
    return rows.map(dealOf);
  };
  const storedOf = async (phone: E164) => {
    const leads = await leadsOf(phone);
    const calls = await callsOf(phone, idsOf(leads));
    return { leads, calls, deals: await dealsOf(phone, idsOf(leads), idsOf(calls)) };
  };
  return {
    storedOf,
    clear: (field, window) => clearField(db, field, window),
    async erase(phone) {
      const { leads, calls, deals } = await storedOf(phone);
      const pushes = leads.flatMap(({ pushId }) => pushId ?? []);
      const counts = await eraseTimeline(db, idsOf(leads), idsOf(calls));
      await eraseCalls(db, idsOf(calls));
      await eraseElsewhere(db, phone, idsOf(leads));
      await eraseVisits(db, leads, [...idsOf(leads), ...idsOf(calls)]);
      await eraseLeads(db, phone, idsOf(leads));
      await eraseDeals(db, idsOf(deals));
      if (pushes.length > 0)
        await db.updateTable('pushes').set({ body: '{}' }).where('id', 'in', pushes).execute();
      return {
        ...counts,
        leads: leads.length,
        calls: calls.length,
        deals: deals.length,
        pushes: new Set(pushes).size,
      };
    },
  };
}

function idsOf<T>(rows: readonly { readonly id: T }[]): readonly T[] {
  return rows.map(({ id }) => id);
}

async function eraseTimeline(
  db: Database,
  leads: readonly LeadId[],
  calls: readonly CallId[],
): Promise<Pick<ErasedCounts, 'events' | 'deliveries'>> {
  const theirs = db
    .selectFrom('events')
    .select('id')
    .where((eb) => eb.or([eb('lead_id', 'in', leads), eb('call_id', 'in', calls)]));
  const deliveries = await db.deleteFrom('outbox').where('id', 'in', theirs).executeTakeFirst();
  await db.deleteFrom('exchanges').where('event_id', 'in', theirs).execute();
  await db
    .deleteFrom('destination_memory')
    .where((eb) => eb.or([eb('subject', 'in', [...leads, ...calls]), eb('subject', 'in', theirs as never)]))
    .execute();
  const events = await db
    .updateTable('events')
    .set({ payload: '{}' })
    .where((eb) => eb.or([eb('lead_id', 'in', leads), eb('call_id', 'in', calls)]))
    .executeTakeFirst();
  return { events: Number(events.numUpdatedRows), deliveries: Number(deliveries.numDeletedRows) };
}

/** Directives and inputs hold numbers and texts; without them a call can no longer be replayed. */
async function eraseCalls(db: Database, calls: readonly CallId[]): Promise<void> {
  await db.deleteFrom('activities').where('call_id', 'in', calls).execute();
  await db.deleteFrom('call_inputs').where('call_id', 'in', calls).execute();
  await db
    .updateTable('legs')
    .set({ party: ERASED })
    .where('call_id', 'in', calls)
    .where('role', 'in', ['client', 'caller', 'consult'])
    .execute();
  await db.updateTable('calls').set(CALL_WITHOUT_PERSON).where('id', 'in', calls).execute();
}

async function eraseElsewhere(db: Database, phone: E164, leads: readonly LeadId[]): Promise<void> {
  await db
    .updateTable('conversations')
    .set(CONVERSATION_WITHOUT_PERSON)
    .where((eb) => eb.or([eb('phone', '=', phone), eb('lead_id', 'in', leads)]))
    .execute();
  const sessions = db.selectFrom('attributions').select('session_id').where('caller', '=', phone);
  await db
    .updateTable('visitor_sessions')
    .set({ ip: '', user_agent: '' })
    .where('id', 'in', sessions as never)
    .execute();
  await db.updateTable('attributions').set({ caller: null }).where('caller', '=', phone).execute();
  await db
    .updateTable('queue_entries')
    .set({ client_number: null })
    .where('client_number', '=', phone)
    .execute();
}

/** What a lead or call froze of its visitor goes; of the visit itself, where it came from and from which browser. */
async function eraseVisits(
  db: Database,
  leads: readonly Lead[],
  owners: readonly (LeadId | CallId)[],
): Promise<void> {
  await db.deleteFrom('visitor_snapshots').where('owner_id', 'in', owners).execute();
  const sessions = leads.flatMap(({ sessionId }) => sessionId ?? []);
  await db
    .updateTable('visitor_sessions')
    .set({ ip: '', user_agent: '' })
    .where('id', 'in', sessions)
    .execute();
}

async function eraseLeads(db: Database, phone: E164, leads: readonly LeadId[]): Promise<void> {
  await db
    .updateTable('attempts')
    .set({ phone: ERASED as E164 })
    .where('phone', '=', phone)
    .execute();
  await db.updateTable('leads').set(LEAD_WITHOUT_PERSON).where('id', 'in', leads).execute();
}

async function eraseDeals(db: Database, deals: readonly DealId[]): Promise<void> {
  await db.updateTable('deals').set(DEAL_WITHOUT_PERSON).where('id', 'in', deals).execute();
}
