/** How states, events and times read on the page. */
import type { TimelineEvent } from './api.js';

export const STATUS_COLOURS: Record<string, string> = {
  queued: 'blue',
  deferred: 'yellow',
  calling: 'cyan',
  reached: 'green',
  unreached: 'orange',
  duplicate: 'gray',
  blocked: 'red',
  'no-phone': 'gray',
  'not-dialled': 'gray',
  cancelled: 'gray',
  answered: 'green',
  busy: 'orange',
  'no-answer': 'orange',
  rejected: 'red',
  declined: 'orange',
  'no-operator': 'red',
  abandoned: 'orange',
  'invalid-number': 'red',
  'carrier-failure': 'red',
  lost: 'red',
  unknown: 'gray',
  voicemail: 'violet',
  bridged: 'green',
  'ringing-out': 'cyan',
  'in-dialplan': 'cyan',
  arriving: 'blue',
  'wrapping-up': 'gray',
  closed: 'gray',
};

const EVENT_COLOURS: readonly (readonly [string, string])[] = [
  ['lead.reached', 'green'],
  ['lead.', 'blue'],
  ['attempt.', 'gray'],
  ['call.bridged', 'green'],
  ['call.', 'cyan'],
  ['operator.accepted', 'green'],
  ['operator.', 'orange'],
  ['prompt.', 'violet'],
  ['key.', 'grape'],
  ['recording.failed', 'red'],
  ['recording.', 'teal'],
  ['leg.answered', 'green'],
  ['leg.', 'indigo'],
];

export function eventColour(name: string): string {
  return EVENT_COLOURS.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'gray';
}

export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

export function dateAndClock(iso: string): string {
  return new Date(iso).toLocaleString([], {
    day: '2-digit',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
}

export function duration(seconds: number | null): string {
  if (seconds === null) return '—';
  const whole = Math.round(seconds);
  return whole < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** The payload fields worth a line, in reading order. */
const TOLD = [
  'role',
  'party',
  'operator',
  'text',
  'digit',
  'disposition',
  'decision',
  'sip_status',
  'reason',
  'failure',
  'seconds',
  'will_call_at',
  'next_attempt_at',
  'prompt',
];

export function eventText({ payload }: TimelineEvent): string {
  return TOLD.flatMap((name) =>
    payload[name] === undefined || payload[name] === null ? [] : [String(payload[name])],
  ).join(' · ');
}
