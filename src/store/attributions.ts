/** What calls were attributed to. Written once when it rings; the target rule judges when the call is over. */
import type { AttributionRepository } from '../app/ports/number-store.js';
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
