/** SIP messages of legs and INVITEs to gateways: written in lots, kept for days. */
import type { SignallingRepository } from '../app/ports/signalling-store.js';
import type { GatewayAttempt, SipTrace } from '../domain/signalling/signalling.js';
import type { LegQuality } from '../domain/calls/quality.js';
import type { LegId } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { GatewayAttemptRow, LegQualityRow, SipMessageRow } from './signalling-rows.js';
import { atomically, removeInBatches } from './writes.js';

const MESSAGE = mapping<SipTrace, SipMessageRow>({
  legId: 'leg_id',
  at: 'at',
  direction: 'direction',
  protocol: 'protocol',
  remote: 'remote',
  local: 'local',
  text: 'text',
});
const ATTEMPT = mapping<GatewayAttempt, GatewayAttemptRow>({
  legId: 'leg_id',
  callId: 'call_id',
  trunk: 'trunk',
  gateway: 'gateway',
  hop: 'hop',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  sipStatus: 'sip_status',
  postDialDelayMs: 'post_dial_delay_ms',
  outcome: 'outcome',
  why: 'why',
});
const QUALITY = mapping<LegQuality, LegQualityRow>({
  legId: 'leg_id',
  at: 'at',
  trunk: 'trunk',
  packets: 'packets',
  lost: 'lost',
  jitterMs: 'jitter_ms',
  mos: 'mos',
  farEndMos: 'far_end_mos',
  farEndLossPercent: 'far_end_loss_percent',
  farEndJitterMs: 'far_end_jitter_ms',
  roundTripMs: 'round_trip_ms',
});
/** Rows of one statement: SQLite binds 32766 values at most. */
const LOT = 500;

export function signallingRepository(db: Database): SignallingRepository {
  return {
    add: ({ traces = [], attempts = [], qualities = [] }) =>
      atomically(db, async (tx) => {
        const kept = await withLegs(tx, traces);
        for (const lot of lotsOf(kept))
          await tx.insertInto('sip_messages').values(lot.map(MESSAGE.toRow)).execute();
        for (const lot of lotsOf(attempts))
          await tx.insertInto('gateway_attempts').values(lot.map(ATTEMPT.toRow)).execute();
        for (const lot of lotsOf(qualities))
          await tx
            .insertInto('leg_quality')
            .values(lot.map(QUALITY.toRow))
            .onConflict((conflict) => conflict.column('leg_id').doNothing())
            .execute();
      }),
    async ofCall(callId) {
      const rows = await db
        .selectFrom('sip_messages')
        .selectAll()
        .where('leg_id', 'in', (eb) => eb.selectFrom('legs').select('id').where('call_id', '=', callId))
        .orderBy('seq')
        .execute();
      return rows.map(MESSAGE.fromRow);
    },
    async attemptsOf(callId) {
      const rows = await db
        .selectFrom('gateway_attempts')
        .selectAll()
        .where('call_id', '=', callId)
        .orderBy('started_at')
        .execute();
      return rows.map(ATTEMPT.fromRow);
    },
    async qualitiesOf(callId) {
      const rows = await db
        .selectFrom('leg_quality')
        .selectAll()
        .where('leg_id', 'in', (eb) => eb.selectFrom('legs').select('id').where('call_id', '=', callId))
        .execute();
      return rows.map(QUALITY.fromRow);
    },
    removeOlderThan: (before) =>
      removeInBatches((limit) => {
        const old = db.selectFrom('sip_messages').select('seq').where('at', '<', before).limit(limit);
        return db.deleteFrom('sip_messages').where('seq', 'in', old).executeTakeFirst();
      }),
  };
}

/** A call that was refused has no leg in the store. */
async function withLegs(db: Database, traces: readonly SipTrace[]): Promise<readonly SipTrace[]> {
  const ids = [...new Set(traces.map(({ legId }) => legId))];
  const known = new Set<LegId>();
  for (const lot of lotsOf(ids)) {
    const rows = await db.selectFrom('legs').select('id').where('id', 'in', lot).execute();
    for (const { id } of rows) known.add(id);
  }
  return traces.filter(({ legId }) => known.has(legId));
}

function lotsOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  const lots: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += LOT) lots.push(items.slice(start, start + LOT));
  return lots;
}
