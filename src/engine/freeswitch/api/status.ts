/** status, version, uptime, hostname: what monitoring asks. */
import { cpus, loadavg } from 'node:os';
import type { Core } from '../core.js';
import { VERSION_LINE, VERSION_SHORT } from '../version.js';

const PARTS = [
  ['year', 31_536_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
  ['microsecond', 0.001],
] as const;

/** `0 years, 0 days, 1 hour, 56 minutes, 15 seconds, 818 milliseconds, 701 microseconds`. */
export function upTimeText(core: Core): string {
  let rest = core.clock.now() - core.startedAt;
  return PARTS.map(([name, ms]) => {
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    return `${count} ${name}${count === 1 ? '' : 's'}`;
  }).join(', ');
}

/** Percent, from the load of the last minute. */
export function idleCpu(): number {
  return Math.max(0, 100 - ((loadavg()[0] ?? 0) / Math.max(1, cpus().length)) * 100);
}

export function status(core: Core): string {
  const { counters, settings } = core;
  const { peak, peakPerSecond } = counters.fiveMinutes;
  return [
    `UP ${upTimeText(core)}`,
    `FreeSWITCH (Version ${VERSION_SHORT}) is ready`,
    `${counters.sinceStart} session(s) since startup`,
    `${core.channels.size} session(s) - peak ${counters.peak}, last 5min ${peak} `,
    `${counters.thisSecond} session(s) per Sec out of max ${settings.sessionsPerSecond}, peak ${counters.peakPerSecond}, last 5min ${peakPerSecond} `,
    `${settings.maxSessions} session(s) max`,
    `min idle cpu 0.00/${idleCpu().toFixed(2)}`,
    'Current Stack Size/Max 240K/8192K',
    '',
  ].join('\n');
}

export function version(): string {
  return VERSION_LINE;
}

/** Whole seconds. */
export function uptime(core: Core): string {
  return `${Math.floor((core.clock.now() - core.startedAt) / 1000)}\n`;
}

export function hostname(core: Core): string {
  return core.identity.hostname;
}
