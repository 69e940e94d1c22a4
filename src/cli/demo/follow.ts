/** Follows one lead from its push to the checked recording, printing its timeline as it happens. */
import colours from 'picocolors';
import type { Events } from '../../app/ports/ports.js';
import type { CallRecord, LegRecord, RecordingRecord } from '../../domain/calls/call.js';
import type { EventName, TimelineEvent } from '../../domain/calls/events.js';
import type { Lead } from '../../domain/leads/lead.js';
import type { CallId, LeadId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { Dialtrace } from '../../main.js';

export interface CallDetail {
  readonly lead: Lead;
  readonly call: CallRecord;
  readonly legs: readonly LegRecord[];
  readonly recording: RecordingRecord | undefined;
}

type Painter = (text: string) => string;

const PAINT: readonly (readonly [string, Painter])[] = [
  ['call.bridged', colours.green],
  ['lead.reached', colours.green],
  ['operator.accepted', colours.green],
  ['recording.failed', colours.red],
  ['recording', colours.cyan],
  ['prompt', colours.magenta],
  ['key', colours.yellow],
  ['leg', colours.blue],
  ['lead', colours.bold],
  ['call', colours.cyan],
];

const TOLD = [
  'role',
  'party',
  'operator',
  'text',
  'digit',
  'disposition',
  'sip_status',
  'seconds',
  'failure',
  'reason',
];

function detailOf({ payload }: TimelineEvent): string {
  const told = TOLD.map((name) => payload[name]);
  return told.filter((value) => typeof value === 'string' || typeof value === 'number').join(' · ');
}

/** One line of the timeline, seconds counted from `start`. */
export function timelineLine(event: TimelineEvent, start: number): string {
  const paint = PAINT.find(([prefix]) => event.name.startsWith(prefix))?.[1] ?? colours.dim;
  const seconds = `${((event.at - start) / 1000).toFixed(2)} s`.padStart(9);
  return `${colours.dim(seconds)}  ${paint(event.name.padEnd(18))} ${detailOf(event)}`;
}

const ENDS: ReadonlySet<EventName> = new Set([
  'recording.ready',
  'recording.failed',
  'lead.reached',
  'lead.unreached',
  'attempt.ended',
  'call.ended',
]);

/** Resolves when the call has ended and, if it was recorded, the recording was judged. */
export function untilFinished(
  events: Events,
  deadline: AbortSignal,
  say: (event: TimelineEvent) => void,
): { readonly callId: Promise<CallId>; stop(): void } {
  const seen = new Set<EventName>();
  let started = false;
  let stop = (): void => undefined;
  const callId = new Promise<CallId>((resolve, reject) => {
    const unsubscribe = events.subscribe((event) => {
      say(event);
      if (ENDS.has(event.name)) seen.add(event.name);
      const judged = seen.has('recording.ready') || seen.has('recording.failed') || !started;
      started ||= event.name === 'recording.started';
      if (seen.has('call.ended') && judged && event.callId !== undefined) resolve(event.callId);
    });
    stop = unsubscribe;
    deadline.addEventListener('abort', () =>
      reject(new Fault('switch-timeout', 'the demo call did not finish in time')),
    );
  });
  return { callId: callId.finally(() => stop()), stop: () => stop() };
}

export async function callDetail(
  { services: { store } }: Dialtrace,
  leadId: LeadId,
  callId: CallId,
): Promise<CallDetail> {
  const [lead, call, legs, recordings] = await Promise.all([
    store.leads.byId(leadId),
    store.calls.byId(callId),
    store.calls.legsOf(callId),
    store.recordings.ofCall(callId),
  ]);
  if (lead === undefined || call === undefined)
    throw new Fault('bug', 'the lead or its call is not in the store');
  return { lead, call, legs, recording: recordings.at(-1) };
}
