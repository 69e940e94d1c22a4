/** eval, expr, strftime, create_uuid, global_getvar: small services that controllers and admins use from scripts. */
import type { Core } from '../core.js';
import { arithmetic } from './arithmetic.js';

export function createUuid(core: Core): string {
  return core.ids.uuid();
}

/** Global variables are those of the server itself. */
function globals(core: Core): ReadonlyMap<string, string> {
  const { hostname, ipv4, coreUuid } = core.identity;
  return new Map([
    ['hostname', hostname],
    ['local_ip_v4', ipv4],
    ['core_uuid', coreUuid],
    ['recordings_dir', core.settings.recordingsDir],
    ['sounds_dir', core.settings.soundsDir],
  ]);
}

export function globalGetvar(core: Core, argument: string): string {
  return globals(core).get(argument) ?? '';
}

/** `${name}` of global variables; `uuid:<uuid> text` reads those of a channel. */
export function evaluate(core: Core, argument: string): string {
  const match = /^uuid:(\S+)\s+(.*)$/s.exec(argument);
  const channel = match === null ? undefined : core.channels.get(match[1] ?? '');
  const text = match === null ? argument : (match[2] ?? '');
  return (
    channel?.variables.expand(text) ??
    text.replace(/\$\{([^}]+)\}/g, (_, name: string) => globalGetvar(core, name))
  );
}

export function expression(_core: Core, argument: string): string {
  const value = arithmetic(argument);
  return value === undefined ? '-ERR\n' : String(value);
}

/** `strftime [@epoch] [format]`, in UTC. */
export function strftime(core: Core, argument: string): string {
  const match = /^@?(\d{6,})\s*(.*)$/.exec(argument);
  const at = new Date(match === null ? core.clock.now() : Number(match[1]) * 1000);
  const format = (match === null ? argument : match[2]) ?? '';
  return (format === '' ? '%Y-%m-%d %T' : format).replace(
    /%([YmdHMSyjFTsaAbB%])/g,
    (_, directive: string) => DIRECTIVES[directive]?.(at) ?? '',
  );
}

const two = (value: number) => String(value).padStart(2, '0');
const named = (at: Date, options: Intl.DateTimeFormatOptions) =>
  at.toLocaleString('en-US', { ...options, timeZone: 'UTC' });

const DIRECTIVES: Readonly<Record<string, (at: Date) => string>> = {
  Y: (at) => String(at.getUTCFullYear()),
  y: (at) => two(at.getUTCFullYear() % 100),
  m: (at) => two(at.getUTCMonth() + 1),
  d: (at) => two(at.getUTCDate()),
  H: (at) => two(at.getUTCHours()),
  M: (at) => two(at.getUTCMinutes()),
  S: (at) => two(at.getUTCSeconds()),
  j: (at) =>
    String(Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(
      3,
      '0',
    ),
  F: (at) => at.toISOString().slice(0, 10),
  T: (at) => at.toISOString().slice(11, 19),
  s: (at) => String(Math.floor(at.getTime() / 1000)),
  a: (at) => named(at, { weekday: 'short' }),
  A: (at) => named(at, { weekday: 'long' }),
  b: (at) => named(at, { month: 'short' }),
  B: (at) => named(at, { month: 'long' }),
  '%': () => '%',
};
