/** How states, times and lengths read on the page. */

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

/** Of an operator. */
export const STANDING_COLOURS: Readonly<Record<string, string>> = {
  free: 'green',
  busy: 'cyan',
  'wrap-up': 'gray',
  resting: 'yellow',
  paused: 'yellow',
};

/** `no-answer` → `no answer`. */
export const plain = (code: string): string => code.replaceAll('-', ' ');

export const joined = (...parts: (string | null | undefined)[]): string =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(' · ');

const TODAY: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
const OTHER_DAY: Intl.DateTimeFormatOptions = { ...TODAY, day: 'numeric', month: 'short' };

export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { ...TODAY, second: '2-digit' });
}

/** The day is left out when it is today's. */
export function dateAndClock(iso: string): string {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return at.toLocaleString([], today ? TODAY : OTHER_DAY);
}

export function duration(seconds: number | null): string {
  if (seconds === null) return '—';
  const whole = Math.round(seconds);
  return whole < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

export const secondsBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;
