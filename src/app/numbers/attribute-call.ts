/**
 * Which visit or placement a call on a tracked number comes from. Asked once, when it rings; what it answers is stored
 * with the call and frozen. A store that fails costs the attribution, never the call.
 */
import type { Attribution, RankedVisitor } from '../../domain/attribution/attribution.js';
import { FIRST_RATES, type CallRates } from '../../domain/attribution/call-rates.js';
import { creditsOf, leadingTouch, type TimedSource } from '../../domain/attribution/models.js';
import type { Project } from '../../domain/attribution/project.js';
import {
  agreedLabels,
  rankVisitors,
  verdictOf,
  type RingingCall,
} from '../../domain/attribution/rank-visitors.js';
import type { Sighting } from '../../domain/attribution/sighting.js';
import type { NumberLease } from '../../domain/numbers/number-lease.js';
import { placementOn } from '../../domain/numbers/offline.js';
import {
  kindOfNumber,
  LABEL_NAMES,
  type SourceLabels,
  type TrackedNumber,
} from '../../domain/numbers/tracked-number.js';
import type { CallId, E164, Instant, SessionId, VisitorId } from '../../domain/values/ids.js';
import { regionOf } from '../../domain/values/number-region.js';
import { present } from '../../domain/values/present.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';

export interface CallOnNumber {
  readonly callId: CallId;
  readonly at: Instant;
  readonly number: TrackedNumber;
  readonly project: Project;
  /** Absent: hidden, or no number at all. */
  readonly caller?: E164;
}

/** Never rejects. */
export async function attributeCall(
  context: AppContext,
  call: CallOnNumber,
): Promise<Attribution | undefined> {
  try {
    return await attributed(context, call);
  } catch (thrown) {
    context.ports.logger.warn({ call: call.callId, why: messageOf(thrown) }, 'a call was not attributed');
    return undefined;
  }
}

async function attributed(context: AppContext, call: CallOnNumber): Promise<Attribution> {
  const earlier = await earlierCalls(context, call);
  const found =
    call.number.state === 'static'
      ? await staticAttribution(context, call)
      : (boundToCaller(context, call, earlier) ?? (await visitorAttribution(context, call)));
  const first = earlier.find(({ outcome }) => outcome === 'attributed' || outcome === 'static');
  if (call.project.attribution.repeatCalls !== 'first-source' || first === undefined) return found;
  return { ...found, labels: first.labels, repeatOf: first.callId };
}

const DAY_MS = 86_400_000;

/** Of this caller to this project, in the window of uniqueness. */
async function earlierCalls({ ports }: AppContext, call: CallOnNumber): Promise<readonly Attribution[]> {
  if (call.caller === undefined) return [];
  const { windowDays } = call.project.attribution;
  const since = windowDays === undefined ? 0 : call.at - windowDays * DAY_MS;
  const all = await ports.store.attributions.ofCaller(call.caller, { since, until: call.at });
  return all.filter(({ project }) => project === call.project.name);
}

function baseOf({ callId, at, number, project, caller }: CallOnNumber) {
  return {
    callId,
    at,
    number: number.number,
    project: project.name,
    model: project.attribution.model,
    ...present({ caller, pool: number.pool }),
  };
}

async function staticAttribution({ ports }: AppContext, call: CallOnNumber): Promise<Attribution> {
  const { number, at } = call;
  const placements = await ports.store.placements.list(number.number);
  const placement = placementOn(placements, new Date(at).toISOString().slice(0, 10));
  const labels = { ...number.labels, ...placement?.labels };
  return {
    ...baseOf(call),
    outcome: 'static',
    confidence: 1,
    candidates: [],
    touches: [{ at, ...labels }],
    labels,
  };
}

/** After a call the number stays with its caller: who calls it again is the same visitor. */
function boundToCaller(
  context: AppContext,
  call: CallOnNumber,
  earlier: readonly Attribution[],
): Attribution | undefined {
  const pool = context.set().telephony.pools[call.number.pool ?? ''];
  const last = earlier.findLast(({ number }) => number === call.number.number);
  if (pool === undefined || last?.outcome !== 'attributed') return undefined;
  if (call.at - last.at > pool.afterCallSeconds * 1000) return undefined;
  const { outcome, confidence, candidates, touches, labels, visitorId, sessionId, page } = last;
  const same = { outcome, confidence, candidates, touches, labels };
  return { ...baseOf(call), ...same, ...present({ visitorId, sessionId, page }) };
}

/** Sightings older than this weigh nothing. */
const SIGHTING_DAYS = 60;
/** Whose visits are looked up; the others weigh next to nothing. */
const LOOKED_UP = 8;
/** Kept with the call. */
const KEPT_CANDIDATES = 10;

async function visitorAttribution(context: AppContext, call: CallOnNumber): Promise<Attribution> {
  const { store } = context.ports;
  const { at, number, project } = call;
  const span = { since: at - SIGHTING_DAYS * DAY_MS, until: at };
  const leases = await store.numberLeases.ofNumber(number.number, span);
  const rates = await ratesOf(context, project.name);
  const ringing = { at, ...(call.caller === undefined ? {} : placeOfCaller(call.caller)) };
  const first = rankVisitors(leases.map(sightingOf), ringing, rates);
  const sightings = await withPlaces(context, leases, first.slice(0, LOOKED_UP));
  const ranked = rankVisitors(sightings, ringing, rates);
  const verdict = verdictOf(ranked, project.attribution.threshold);
  const base = { ...baseOf(call), candidates: ranked.slice(0, KEPT_CANDIDATES) };
  if (verdict.outcome !== 'attributed') {
    const labels = agreedLabels(ranked, project.attribution.threshold);
    return { ...base, outcome: verdict.outcome, confidence: verdict.confidence, touches: [], labels };
  }
  const touches = await touchesOf(context, verdict.winner, at);
  return {
    ...base,
    ...creditTo(project, touches, verdict.winner, at),
    outcome: 'attributed',
    confidence: verdict.confidence,
    visitorId: verdict.winner.visitorId,
    sessionId: verdict.winner.sessionId,
    touches,
    ...present({ page: verdict.winner.page }),
  };
}

function sightingOf(lease: NumberLease): Sighting {
  const { visitorId, sessionId, takenAt, seenAt, labels, clickedAt, page } = lease;
  return { visitorId, sessionId, takenAt, seenAt, labels, ...present({ clickedAt, page }) };
}

/** As far as the number tells. */
function placeOfCaller(caller: E164): Pick<RingingCall, 'country' | 'region'> {
  return present({ country: kindOfNumber(caller).country, region: regionOf(caller) });
}

async function withPlaces(
  { ports }: AppContext,
  leases: readonly NumberLease[],
  likely: readonly RankedVisitor[],
): Promise<readonly Sighting[]> {
  const places = new Map<string, Pick<Sighting, 'country' | 'region'>>();
  for (const { sessionId } of likely) {
    const session = await ports.store.visitors.session(sessionId as SessionId);
    if (session === undefined) continue;
    const { country, region } = session;
    places.set(sessionId, present({ country, region }));
  }
  return leases.map((lease) => ({ ...sightingOf(lease), ...places.get(lease.sessionId) }));
}

/** More visits of one person than this are a machine's. */
const VISITS = 50;

/** All touches of the visitor until the call, those of earlier visits too; else what the number was shown for. */
async function touchesOf(
  { ports }: AppContext,
  winner: RankedVisitor,
  at: Instant,
): Promise<readonly TimedSource[]> {
  const visits = await ports.store.visitors.sessionsOf(winner.visitorId as VisitorId, VISITS);
  const touches = visits.flatMap((visit) => visit.touches).filter((touch) => touch.at <= at);
  if (touches.length === 0) return [{ at, ...winner.labels }];
  return touches.map((touch) => ({ at: touch.at, ...labelsOf(touch) })).sort((a, b) => a.at - b.at);
}

function labelsOf(touch: SourceLabels): SourceLabels {
  return present(Object.fromEntries(LABEL_NAMES.map((name) => [name, touch[name]])));
}

function creditTo(
  project: Project,
  touches: readonly TimedSource[],
  winner: RankedVisitor,
  at: Instant,
): { readonly labels: SourceLabels } {
  const { model, windowDays } = project.attribution;
  const credits = creditsOf(model, touches, { until: at, ...present({ days: windowDays }) });
  return { labels: labelsOf(leadingTouch(credits) ?? winner.labels) };
}

/** Flag under which the measured rates of a project are kept (`learn-rates.ts`). */
export const ratesFlag = (project: string): string => `call-rates:${project}`;

async function ratesOf({ ports }: AppContext, project: string): Promise<CallRates> {
  const kept = await ports.store.flags.get(ratesFlag(project));
  return kept === undefined ? FIRST_RATES : (JSON.parse(kept) as CallRates);
}
