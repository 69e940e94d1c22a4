/** What calls were attributed to. Written once when it rings; the target rule judges when the call is over. */
import type { AttributionRepository, ReportedAttribution } from '../app/ports/number-store.js';
import type { Attribution } from '../domain/attribution/attribution.js';
import { mapping } from './mapping.js';
import type { AttributionRow } from './number-schema.js';
import type { Database } from './schema.js';
import { applyChange } from './writes.js';

const ATTRIBUTION = mapping<Attribution, AttributionRow>({
  callId: 'call_id',
  at: 'at',
  number: 'number',
  project: 'project',
  pool: 'pool',
  caller: 'caller',
  outcome: 'outcome',
  visitorId: 'visitor_id',
  sessionId: 'session_id',
  confidence: 'confidence',
  candidates: { json: 'candidates' },
  touches: { json: 'touches' },
  labels: { json: 'labels' },
  model: 'model',
  page: 'page',
  repeatOf: 'repeat_of',
  target: 'target',
  targetRule: 'target_rule',
});

const REPORTED = mapping<ReportedAttribution, ReportedRow>({
  callId: 'call_id',
  at: 'at',
  caller: 'caller',
  visitorId: 'visitor_id',
  touches: { json: 'touches' },
  labels: { json: 'labels' },
  target: 'target',
  repeatOf: 'repeat_of',
});

type ReportedRow = Pick<
  AttributionRow,
  'call_id' | 'at' | 'caller' | 'visitor_id' | 'touches' | 'labels' | 'target' | 'repeat_of'
>;

export function attributionRepository(db: Database): AttributionRepository {
  const select = () => db.selectFrom('attributions').selectAll();
  return {
    async add(attribution) {
      await db.insertInto('attributions').values(ATTRIBUTION.toRow(attribution)).execute();
    },
    async ofCall(callId) {
      const row = await select().where('call_id', '=', callId).executeTakeFirst();
      return row === undefined ? undefined : ATTRIBUTION.fromRow(row);
    },
    async ofCaller(caller, { since, until }) {
      const rows = await select()
        .where('caller', '=', caller)
        .where('at', '>=', since)
        .where('at', '<', until)
        .orderBy('at')
        .execute();
      return rows.map(ATTRIBUTION.fromRow);
    },
    async ofProject(project, { since, until }) {
      const rows = await select()
        .where('project', '=', project)
        .where('at', '>=', since)
        .where('at', '<', until)
        .orderBy('at')
        .execute();
      return rows.map(ATTRIBUTION.fromRow);
    },
    async reported(project, { since, until, limit }) {
      const rows = await db
        .selectFrom('attributions')
        .select(['call_id', 'at', 'caller', 'visitor_id', 'touches', 'labels', 'target', 'repeat_of'])
        .where('project', '=', project)
        .where('at', '>=', since)
        .where('at', '<', until)
        .orderBy('at', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => REPORTED.fromRow(row));
    },
    async update(callId, change) {
      const set = ATTRIBUTION.toChange(change);
      await applyChange({
        what: `attribution of call ${callId}`,
        set,
        run: () => db.updateTable('attributions').set(set).where('call_id', '=', callId).executeTakeFirst(),
      });
    },
  };
}
