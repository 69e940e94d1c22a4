/** Visitors of the sites and their visits. */
import type { VisitorRepository } from '../app/ports/visitor-store.js';
import type { Visitor, VisitorSession, VisitorSnapshot } from '../domain/attribution/visitor.js';
import type { CallId, LeadId } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import { given } from './paging.js';
import type { Database } from './schema.js';
import type { VisitorRow, VisitorSessionRow } from './visitor-rows.js';
import { statement } from './statements.js';
import { applyChange, removeInBatches } from './writes.js';

const VISITOR = mapping<Visitor, VisitorRow>({
  id: 'id',
  project: 'project',
  firstSeenAt: 'first_seen_at',
  lastSeenAt: 'last_seen_at',
  visits: 'visits',
});

const SESSION = mapping<VisitorSession, VisitorSessionRow>({
  id: 'id',
  visitorId: 'visitor_id',
  project: 'project',
  startedAt: 'started_at',
  lastSeenAt: 'last_seen_at',
  agent: 'agent',
  touches: { json: 'touches' },
  pages: { json: 'pages' },
  telClicks: { json: 'tel_clicks' },
  ip: 'ip',
  userAgent: 'user_agent',
  device: { json: 'device' },
  city: 'city',
  country: 'country',
  region: 'region',
  gaClientId: 'ga_client_id',
  gaSessionId: 'ga_session_id',
  metricaClientId: 'metrica_client_id',
});

/** Every new visit of every site writes these two. */
const ADD_VISITOR = statement<VisitorRow>((db, row) =>
  db.insertInto('visitors').values({
    id: row.id,
    project: row.project,
    first_seen_at: row.first_seen_at,
    last_seen_at: row.last_seen_at,
    visits: row.visits,
  }),
);
const ADD_SESSION = statement<VisitorSessionRow>((db, row) =>
  db.insertInto('visitor_sessions').values({
    id: row.id,
    visitor_id: row.visitor_id,
    project: row.project,
    started_at: row.started_at,
    last_seen_at: row.last_seen_at,
    agent: row.agent,
    touches: row.touches,
    pages: row.pages,
    tel_clicks: row.tel_clicks,
    ip: row.ip,
    user_agent: row.user_agent,
    device: row.device,
    city: row.city,
    country: row.country,
    region: row.region,
    ga_client_id: row.ga_client_id,
    ga_session_id: row.ga_session_id,
    metrica_client_id: row.metrica_client_id,
  }),
);

export function visitorRepository(db: Database): VisitorRepository {
  return {
    async add(visitor) {
      await ADD_VISITOR(db, VISITOR.toRow(visitor));
    },
    async byId(id) {
      const row = await db.selectFrom('visitors').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : VISITOR.fromRow(row);
    },
    async update(id, change) {
      const set = VISITOR.toChange(change);
      await applyChange({
        what: `visitor ${id}`,
        set,
        run: () => db.updateTable('visitors').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    ...sessionMethods(db),
    ...snapshotMethods(db),
    async removeOlderThan(before) {
      const removed = await removeInBatches((limit) => removeSessions(db, before, limit));
      await removeInBatches((limit) => removeVisitors(db, before, limit));
      await removeInBatches((limit) => removeSnapshots(db, before, limit));
      return removed;
    },
  };
}

type SessionMethods = Pick<
  VisitorRepository,
  'addSession' | 'session' | 'updateSession' | 'sessionsOf' | 'visitorWith'
>;

function sessionMethods(db: Database): SessionMethods {
  const select = () => db.selectFrom('visitor_sessions').selectAll();
  return {
    async addSession(session) {
      await ADD_SESSION(db, SESSION.toRow(session));
    },
    async session(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : SESSION.fromRow(row);
    },
    async updateSession(id, change) {
      const set = SESSION.toChange(change);
      await applyChange({
        what: `visit ${id}`,
        set,
        run: () => db.updateTable('visitor_sessions').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async sessionsOf(id, limit) {
      const rows = await select()
        .where('visitor_id', '=', id)
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(SESSION.fromRow);
    },
    async visitorWith({ gaClientId, metricaClientId }) {
      const ids = given({ ga_client_id: gaClientId, metrica_client_id: metricaClientId });
      if (Object.keys(ids).length === 0) return undefined;
      const row = await select()
        .where((eb) => eb.or(ids))
        .orderBy('last_seen_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.visitor_id;
    },
  };
}

/** Parameters of one statement. */
const OWNERS_AT_ONCE = 500;

function snapshotMethods(
  db: Database,
): Pick<VisitorRepository, 'keepSnapshot' | 'snapshotOf' | 'snapshotsOf'> {
  return {
    async keepSnapshot(owner, snapshot) {
      await db
        .insertInto('visitor_snapshots')
        .values({ owner_id: owner, frozen_at: snapshot.frozenAt, body: JSON.stringify(snapshot) })
        .onConflict((conflict) => conflict.column('owner_id').doNothing())
        .execute();
    },
    async snapshotOf(owner) {
      const query = db.selectFrom('visitor_snapshots').select('body').where('owner_id', '=', owner);
      const row = await query.executeTakeFirst();
      return row === undefined ? undefined : (JSON.parse(row.body) as VisitorSnapshot);
    },
    async snapshotsOf(owners) {
      const found = new Map<CallId | LeadId, VisitorSnapshot>();
      for (let at = 0; at < owners.length; at += OWNERS_AT_ONCE) {
        const some = owners.slice(at, at + OWNERS_AT_ONCE);
        const rows = await db
          .selectFrom('visitor_snapshots')
          .selectAll()
          .where('owner_id', 'in', some)
          .execute();
        for (const row of rows) found.set(row.owner_id, JSON.parse(row.body) as VisitorSnapshot);
      }
      return found;
    },
  };
}

function removeSnapshots(db: Database, before: number, limit: number) {
  return db
    .deleteFrom('visitor_snapshots')
    .where('owner_id', 'in', (eb) =>
      eb.selectFrom('visitor_snapshots').select('owner_id').where('frozen_at', '<', before).limit(limit),
    )
    .executeTakeFirst();
}

function removeSessions(db: Database, before: number, limit: number) {
  return db
    .deleteFrom('visitor_sessions')
    .where('id', 'in', (eb) =>
      eb.selectFrom('visitor_sessions').select('id').where('last_seen_at', '<', before).limit(limit),
    )
    .executeTakeFirst();
}

function removeVisitors(db: Database, before: number, limit: number) {
  return db
    .deleteFrom('visitors')
    .where('id', 'in', (eb) =>
      eb.selectFrom('visitors').select('id').where('last_seen_at', '<', before).limit(limit),
    )
    .executeTakeFirst();
}
