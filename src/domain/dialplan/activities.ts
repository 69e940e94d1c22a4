/**
 * Starting and stopping activities. The rules of the house are kept here: one sound a leg, one bridge a leg, a recording
 * only as long as its bridge. What was ordered but not issued yet is taken back instead of stopped. Called by verbs.
 */
import type { LegRole } from '../calls/call.js';
import type { SupervisionMode } from '../calls/supervision.js';
import type { ActivityId } from '../values/ids.js';
import type { Dialled, Directive, HangupReason, LegRef, Spoken } from './directives.js';
import { changeLeg } from './legs.js';
import { without } from '../values/present.js';
import { activityId, type RunningActivity } from './session.js';
import { moveSession, order, tell, withdraw, type Turn } from './turn.js';

function begin(turn: Turn, running: RunningActivity): ActivityId {
  turn.session.activityCount += 1;
  const id = activityId(turn.session.callId, turn.session.activityCount);
  turn.session.activities = { ...turn.session.activities, [id]: running };
  return id;
}

/** Takes an activity off the table, and with a bridge its recording. */
export function dropActivity(turn: Turn, id: ActivityId): 'dropped' | 'unknown' {
  const running = turn.session.activities[id];
  if (running === undefined) return 'unknown';
  turn.session.activities = without(turn.session.activities, id);
  if (running.verb === 'bridge') afterBridge(turn, running);
  return 'dropped';
}

/** The recording lasts as long as the bridge it records. */
function afterBridge(turn: Turn, bridge: RunningActivity): void {
  for (const leg of [bridge.leg, bridge.other]) if (leg !== undefined) stopRecordingsOf(turn, leg);
  if (bridge.talkAt === undefined) return;
  moveSession(turn, 'unbridged');
  tell(turn, 'call.unbridged', {
    legs: [bridge.leg, bridge.other],
    seconds: (turn.now - bridge.talkAt) / 1000,
  });
}

export function stopRecordingsOf(turn: Turn, leg: LegRef): void {
  for (const [id, running] of activitiesOf(turn, leg)) if (running.verb === 'record') stopActivity(turn, id);
}

export function activitiesOf(turn: Turn, leg: LegRef): readonly (readonly [ActivityId, RunningActivity])[] {
  const all = Object.entries(turn.session.activities) as [ActivityId, RunningActivity][];
  return all.filter(([, running]) => running.leg === leg || running.other === leg);
}

/** Their leg is gone: they end by themselves, or never begin. A recording on the other leg has to be stopped. */
export function dropActivitiesOf(turn: Turn, leg: LegRef): void {
  for (const [id, running] of activitiesOf(turn, leg)) {
    if (running.verb === 'record' && running.other === leg) stopActivity(turn, id);
    else if (dropActivity(turn, id) === 'dropped')
      withdraw(turn, (directive) => 'activity' in directive && directive.activity === id);
  }
}

export function stopActivity(turn: Turn, id: ActivityId): void {
  if (dropActivity(turn, id) === 'unknown') return;
  if (!withdraw(turn, (directive) => 'activity' in directive && directive.activity === id))
    order(turn, { verb: 'stop', stopped: id });
}

/** Whoever talks with this leg is parted from it; both are still there. */
export function partLeg(turn: Turn, leg: LegRef): void {
  for (const [id, running] of activitiesOf(turn, leg)) if (running.verb === 'bridge') stopActivity(turn, id);
}

/** One sound a leg: what plays or is being gathered there gives way. */
export function quiet(turn: Turn, leg: LegRef): void {
  for (const [id, running] of activitiesOf(turn, leg))
    if (running.verb === 'play' || running.verb === 'gather') stopActivity(turn, id);
}

export interface PlayOptions {
  /** Begins anew until something else is heard or the leg is bridged. */
  readonly repeat?: 'forever';
  /** Hang the leg up with this reason when it has heard everything. */
  readonly then?: HangupReason;
}

export function startPlay(
  turn: Turn,
  leg: LegRef,
  what: readonly Spoken[],
  options: PlayOptions = {},
): ActivityId {
  quiet(turn, leg);
  const { then, repeat } = options;
  const activity = begin(turn, { verb: 'play', leg, ...(then === undefined ? {} : { then }) });
  order(turn, { verb: 'play', activity, leg, what, ...(repeat === undefined ? {} : { repeat }) });
  return activity;
}

export type GatherOptions = Omit<Extract<Directive, { verb: 'gather' }>, 'verb' | 'activity' | 'leg'>;

export function startGather(turn: Turn, leg: LegRef, options: GatherOptions): ActivityId {
  quiet(turn, leg);
  const activity = begin(turn, { verb: 'gather', leg });
  order(turn, { verb: 'gather', activity, leg, ...options });
  return activity;
}

/** A question that one key answers. */
export function startKeyQuestion(
  turn: Turn,
  leg: LegRef,
  question: Pick<GatherOptions, 'what' | 'timeoutSeconds'>,
): ActivityId {
  return startGather(turn, leg, {
    ...question,
    minDigits: 1,
    maxDigits: 1,
    interDigitSeconds: 1,
    terminators: '',
  });
}

export interface OriginateOptions {
  readonly leg: LegRef;
  readonly role: LegRole;
  readonly party: string;
  readonly dialled: Dialled;
  readonly callerNumber?: string | undefined;
  readonly callerName?: string | undefined;
  readonly ringSeconds: number;
}

/** Returns the leg's name: the one asked for, or with `~2`, `~3`… when this call already had such a leg. */
export function startOriginate(turn: Turn, options: OriginateOptions): LegRef {
  const { callerNumber, callerName, dialled, role, party, ringSeconds } = options;
  const leg = freshRef(turn, options.leg);
  const device = dialled.kind === 'operator' ? { device: dialled.device } : {};
  turn.session.legs = { ...turn.session.legs, [leg]: { role, party, state: 'new', ...device } };
  if (role === 'operator') turn.session.sought = 'yes';
  const activity = begin(turn, { verb: 'originate', leg });
  const shown = {
    ...(callerNumber === undefined ? {} : { callerNumber }),
    ...(callerName === undefined ? {} : { callerName }),
  };
  order(turn, { verb: 'originate', activity, leg, role, party, dialled, ...shown, ringSeconds });
  moveSession(turn, 'rang-out');
  return leg;
}

function freshRef(turn: Turn, wanted: LegRef): LegRef {
  let ref = wanted;
  for (let n = 2; turn.session.legs[ref] !== undefined; n += 1) ref = `${wanted}~${n}`;
  return ref;
}

/** Joins two legs; a bridge of exactly these two goes on, any other bridge of theirs stops. */
/** `kept`: sequences that operators press for us; every other key reaches the other party. */
export function startBridge(turn: Turn, a: LegRef, b: LegRef, kept: readonly string[] = []): ActivityId {
  for (const leg of [a, b]) {
    for (const [id, running] of activitiesOf(turn, leg)) {
      if (running.verb !== 'bridge') continue;
      if ([running.leg, running.other].every((side) => side === a || side === b)) return id;
      stopActivity(turn, id);
    }
  }
  for (const leg of [a, b]) quiet(turn, leg);
  const activity = begin(turn, { verb: 'bridge', leg: a, other: b });
  const operators = [a, b].filter((leg) => turn.session.legs[leg]?.role === 'operator');
  const ours = Object.fromEntries(operators.map((leg) => [leg, kept]));
  const keeps = kept.length > 0 && operators.length > 0;
  order(turn, { verb: 'bridge', activity, a, b, ...(keeps && { kept: ours }) });
  return activity;
}

/** Besides whatever goes on on `watched`, which hears nothing of it unless the mode says so. */
export function startEavesdrop(turn: Turn, leg: LegRef, watched: LegRef, mode: SupervisionMode): ActivityId {
  quiet(turn, leg);
  const activity = begin(turn, { verb: 'eavesdrop', leg, other: watched });
  order(turn, { verb: 'eavesdrop', activity, leg, watched, mode });
  return activity;
}

/** answer, ring, early-media: on a leg that was there before the session. */
export function startOnCaller(turn: Turn, verb: 'answer' | 'ring' | 'early-media', leg: LegRef): ActivityId {
  const activity = begin(turn, { verb, leg });
  order(turn, { verb, activity, leg });
  return activity;
}

export function startReject(turn: Turn, leg: LegRef, sipStatus: number): void {
  const activity = begin(turn, { verb: 'reject', leg });
  order(turn, { verb: 'reject', activity, leg, sipStatus });
  changeLeg(turn, leg, { letGo: 'rejected' });
  for (const [id] of activitiesOf(turn, leg)) dropActivity(turn, id);
}

export function startWait(turn: Turn, seconds: number): ActivityId {
  const activity = begin(turn, { verb: 'wait' });
  order(turn, { verb: 'wait', activity, seconds });
  return activity;
}

export type WebhookOptions = Omit<Extract<Directive, { verb: 'webhook' }>, 'verb' | 'activity'>;

export function startWebhook(turn: Turn, options: WebhookOptions): ActivityId {
  const activity = begin(turn, { verb: 'webhook' });
  order(turn, { verb: 'webhook', activity, ...options });
  return activity;
}

/** Pauses or resumes every recording that is not so already; how many there are. */
export function changeRecordings(turn: Turn, verb: 'pause-recording' | 'resume-recording'): number {
  const all = Object.entries(turn.session.activities) as [ActivityId, RunningActivity][];
  const recordings = all.filter(([, running]) => running.verb === 'record');
  const paused = verb === 'pause-recording' ? ({ paused: 'yes' } as const) : {};
  const event = verb === 'pause-recording' ? 'recording.paused' : 'recording.resumed';
  for (const [recording, running] of recordings.filter(([, one]) => one.paused !== paused.paused)) {
    const changed = { ...without(running, 'paused'), ...paused };
    turn.session.activities = { ...turn.session.activities, [recording]: changed };
    order(turn, { verb, recording });
    tell(turn, event, { recording_id: recording });
  }
  return recordings.length;
}

/** The other way round: what the pause key does. */
export function togglePause(turn: Turn): void {
  const running = Object.values(turn.session.activities).filter(({ verb }) => verb === 'record');
  changeRecordings(
    turn,
    running.some(({ paused }) => paused === undefined) ? 'pause-recording' : 'resume-recording',
  );
}

/** A message of one party: no other leg is heard on it but what we play. */
export function startMessage(turn: Turn, leg: LegRef, box: string): ActivityId {
  const activity = begin(turn, { verb: 'record', leg });
  order(turn, { verb: 'record', activity, leg, box });
  return activity;
}

/** A message after the beep: the question for the key that ends it is the beep, its silence the longest message. */
export function startMessageUntilKey(
  turn: Turn,
  leg: LegRef,
  { box, maxSeconds }: { readonly box: string; readonly maxSeconds: number },
): { readonly recording: ActivityId; readonly listening: ActivityId } {
  const recording = startMessage(turn, leg, box);
  const what = [{ kind: 'tone', tone: 'beep' }] as const;
  return { recording, listening: startKeyQuestion(turn, leg, { what, timeoutSeconds: maxSeconds }) };
}

type Unstarted<V extends Directive['verb']> = Omit<Extract<Directive, { verb: V }>, 'verb' | 'activity'>;

/** A place in a queue. */
export function startQueueing(turn: Turn, options: Unstarted<'queue'>): ActivityId {
  const activity = begin(turn, { verb: 'queue', leg: options.leg });
  order(turn, { verb: 'queue', activity, ...options });
  return activity;
}

export function startParking(turn: Turn, options: Unstarted<'park'>): ActivityId {
  const activity = begin(turn, { verb: 'park', leg: options.leg });
  order(turn, { verb: 'park', activity, ...options });
  return activity;
}

export function startPickUp(turn: Turn, options: Unstarted<'pick-up'>): ActivityId {
  const activity = begin(turn, { verb: 'pick-up' });
  order(turn, { verb: 'pick-up', activity, ...options });
  return activity;
}

export function startCallback(turn: Turn, options: Unstarted<'callback'>): ActivityId {
  const activity = begin(turn, { verb: 'callback' });
  order(turn, { verb: 'callback', activity, ...options });
  return activity;
}

export function startFetching(turn: Turn, options: Unstarted<'fetch-party'>): ActivityId {
  const activity = begin(turn, { verb: 'fetch-party' });
  order(turn, { verb: 'fetch-party', activity, ...options });
  return activity;
}

export function startKeeping(turn: Turn, options: Unstarted<'keep-prompt'>): ActivityId {
  const activity = begin(turn, { verb: 'keep-prompt' });
  order(turn, { verb: 'keep-prompt', activity, ...options });
  return activity;
}

/** From now on talks are recorded, those that go on already included. */
export function armRecording(turn: Turn): void {
  turn.session.recording = 'armed';
  for (const { verb, leg, other, talkAt } of Object.values(turn.session.activities)) {
    if (verb === 'bridge' && talkAt !== undefined && leg !== undefined && other !== undefined)
      startRecording(turn, leg, other);
  }
}

/** Stereo recording of a talk; one a leg. */
export function startRecording(turn: Turn, leg: LegRef, other: LegRef): void {
  if (activitiesOf(turn, leg).some(([, running]) => running.verb === 'record')) return;
  const activity = begin(turn, { verb: 'record', leg, other });
  order(turn, { verb: 'record', activity, leg, other });
}
