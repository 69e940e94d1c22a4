/**
 * After a start, a regained connection or a lost lease: stored open calls against what the switch really has. A talk
 * goes on (adopted), everything else is ended at the switch first and in the store second.
 */
import type { CallDisposition, CallRecord, Ending, LegRecord } from '../../../domain/calls/call.js';
import { callDisposition } from '../../../domain/calls/disposition.js';
import type { SessionOutcome } from '../../../domain/dialplan/decide.js';
import type { Session } from '../../../domain/dialplan/session.js';
import type { Instant, LegId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import { Fault, messageOf } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import type { LiveChannel, SwitchServer } from '../../ports/switch.js';
import { adoptCall } from './adopted-call.js';
import { finishCall } from '../finish-call.js';
import { callLease } from '../routing/resources.js';
import { seemsApart, talkAmong } from './talk-company.js';

export interface ReconcileReport {
  /** Bridged talks that go on. */
  readonly adopted: number;
  /** Calls that were closed. */
  readonly ended: number;
}

const NOTHING: ReconcileReport = { adopted: 0, ended: 0 };

/**
 * Leaves calls alone that this process runs or another one owns. Without a connection to the switch nobody can tell
 * what goes on, so nothing is done; the switch tells when it is regained. Throws Fault `switch-unavailable`.
 */
export async function reconcileCalls(context: AppContext): Promise<ReconcileReport> {
  const { store, switch: telephoneSwitch } = context.ports;
  const { signalling, media } = telephoneSwitch.status();
  if (signalling !== 'ready' || media !== 'ready') return NOTHING;
  const open = await store.calls.openCalls();
  if (open.every(({ id }) => context.calls.has(id))) return NOTHING;
  const servers = telephoneSwitch.servers();
  const channels = await settledChannels(context, open);
  const report = { adopted: 0, ended: 0 };
  for (const call of open) {
    if (await isAway(context, call, servers)) continue;
    if ((await takeOver(context, call)) === 'not-ours') continue;
    const settled = await settleOrTell(context, call, channels);
    if (settled !== 'failed') report[settled] += 1;
  }
  if (open.length > 0) context.ports.logger.info({ ...report }, 'calls reconciled');
  return report;
}

/** FreeSWITCH shows a bridge or a room in its list of channels some moments after it formed. */
const FORMING_MS = 1000;

/** Asked for once more when a talk that should go on is not in it: to end it would be worse than to wait. */
async function settledChannels(
  { calls, ports }: AppContext,
  open: readonly CallRecord[],
): Promise<readonly LiveChannel[]> {
  const channels = await ports.switch.liveChannels();
  for (const { id } of open.filter((call) => isTalk(call) && !calls.has(call.id)))
    if (seemsApart(await ports.store.calls.legsOf(id), channels)) {
      await new Promise<void>((resolve) => void ports.clock.after(FORMING_MS, resolve));
      return ports.switch.liveChannels();
    }
  return channels;
}

/**
 * How long a server that is not there may keep its calls open. Nobody can tell what became of dialogs whose signalling
 * server is away; a lost media server has ended its calls, but one that was not reached yet after our start has not.
 */
const AWAY_MS = 60_000;

async function isAway(
  { calls, ports }: AppContext,
  call: CallRecord,
  servers: readonly SwitchServer[],
): Promise<boolean> {
  const away = servers.filter(
    ({ side, state, since }) =>
      (state === 'connecting' || (state === 'lost' && side === 'signalling')) &&
      ports.clock.now() - since < AWAY_MS,
  );
  if (away.length === 0 || calls.has(call.id)) return false;
  const legs = await ports.store.calls.legsOf(call.id);
  return legs.some(
    ({ state, identity }) =>
      state !== 'ended' &&
      away.some(({ node }) => node === identity.signallingNode || node === identity.mediaNode),
  );
}

async function takeOver(context: AppContext, { id }: CallRecord): Promise<'ours' | 'not-ours'> {
  const { store, clock } = context.ports;
  const { owner, callLeaseMs } = context.config;
  if (context.calls.has(id)) return 'not-ours';
  const now = clock.now();
  return (await store.leases.take(callLease(id), owner, now + callLeaseMs, now)) === 'taken'
    ? 'ours'
    : 'not-ours';
}

/** A call that cannot be read must not keep those after it from their end. A store that fails stops them all. */
async function settleOrTell(
  context: AppContext,
  call: CallRecord,
  channels: readonly LiveChannel[],
): Promise<keyof ReconcileReport | 'failed'> {
  try {
    return await settle(context, call, channels);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'store-unavailable') throw thrown;
    context.ports.logger.error({ call: call.id, why: messageOf(thrown) }, 'a call was not reconciled');
    return 'failed';
  }
}

async function settle(
  context: AppContext,
  call: CallRecord,
  channels: readonly LiveChannel[],
): Promise<keyof ReconcileReport> {
  const legs = await context.ports.store.calls.legsOf(call.id);
  const talk = isTalk(call) ? talkAmong(legs, channels) : undefined;
  if (talk !== undefined) {
    // A phone that a transfer was ringing, or a supervisor who listens, has nobody any more who would act for it.
    await endAtSwitch(
      context,
      legs.filter((leg) => !talk.legs.includes(leg)),
    );
    await adoptCall(context, call, talk);
    return 'adopted';
  }
  const inDoubt = await endAtSwitch(context, legs);
  await closeStored(context, { call, legs, inDoubt });
  return 'ended';
}

function isTalk({ bridgedAt, unbridgedAt }: CallRecord): boolean {
  return bridgedAt !== undefined && unbridgedAt === undefined;
}

/**
 * CANCEL or BYE, and the channel. First here, so that a phone never rings for a call that the store has forgotten.
 * Answers the legs that may live on: their INVITE left, and what would end it was not stored any more.
 */
async function endAtSwitch({ ports }: AppContext, legs: readonly LegRecord[]): Promise<ReadonlySet<LegId>> {
  const inDoubt = new Set<LegId>();
  for (const { id, callId, state, identity, answeredAt } of legs) {
    if (state === 'ended') continue;
    const ended = await ports.switch.endStored(identity);
    if (ended === 'unreachable')
      ports.logger.warn({ leg: id, call: callId }, 'a stored leg could not be ended');
    // `already-gone` of a leg that was not stored as ended: what it became after its process died is not known.
    const known = answeredAt === undefined ? identity.transactionId : identity.dialogId;
    if (ended !== 'ended' || known === undefined) inDoubt.add(id);
  }
  return inDoubt;
}

interface StoredCall {
  readonly call: CallRecord;
  readonly legs: readonly LegRecord[];
  readonly inDoubt: ReadonlySet<LegId>;
}

async function closeStored(context: AppContext, { call, legs, inDoubt }: StoredCall): Promise<void> {
  const at = context.ports.clock.now();
  const outcome = storedOutcome(call, legs);
  await finishCall(context, {
    callId: call.id,
    outcome,
    reason: 'reconciled',
    at,
    openLegs: lostEnding(at),
    inDoubt,
  });
}

/** Of an answered leg this says `lost`, of a ringing one `unknown`: whether it was answered meanwhile nobody can tell. */
function lostEnding(at: Instant): Ending {
  return { by: 'unknown', reason: 'lost', at };
}

/** What the stored session and legs still tell about a call whose process died. */
export function storedOutcome(call: CallRecord, legs: readonly LegRecord[]): SessionOutcome {
  const session = JSON.parse(call.session ?? '{}') as Partial<Session>;
  const { operator, operatorDecision, clientDisposition } = session;
  const known = present({ operator, operatorDecision, clientDisposition });
  if (call.bridgedAt !== undefined) return { disposition: 'answered', ...known };
  const open = legs.filter(({ state }) => state !== 'ended');
  if (open.some(({ answeredAt }) => answeredAt === undefined)) return { disposition: 'unknown', ...known };
  if (open.length > 0) return { disposition: 'lost', ...known };
  return { disposition: derivedDisposition(call, legs, session), ...known };
}

/** Every leg had ended before the process died: the call came to its end, only nobody wrote it down. */
function derivedDisposition(
  { direction }: CallRecord,
  legs: readonly LegRecord[],
  { ending, sought, operatorDecision, clientDisposition }: Partial<Session>,
): CallDisposition {
  const callerAnswered = legs.some(({ role, answeredAt }) => role === 'caller' && answeredAt !== undefined);
  if (ending?.disposition !== undefined) return ending.disposition;
  return callDisposition({
    direction,
    talked: 'no',
    endedBy: ending?.by ?? 'engine',
    sought: sought ?? 'yes',
    callerAnswered: callerAnswered ? 'yes' : 'no',
    ...present({ operatorDecision, clientDisposition }),
  });
}
