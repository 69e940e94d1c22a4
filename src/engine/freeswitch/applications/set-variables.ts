/** set, multiset, export, unset: `name=value` pairs into channel variables. */
import type { Channel } from '../channel/channel.js';

export function set(channel: Channel, argument: string): void {
  const equals = argument.indexOf('=');
  if (equals > 0) channel.variables.set(argument.slice(0, equals), argument.slice(equals + 1));
  else channel.variables.set(argument, undefined);
}

/** `a=1 b=2`, or with another separator named first: `^^^a=1^b=2`. */
export function multiset(channel: Channel, argument: string): void {
  const separator = argument.startsWith('^^') ? argument.slice(2, 3) : ' ';
  const pairs = argument.startsWith('^^') ? argument.slice(3) : argument;
  for (const pair of pairs.split(separator)) if (pair !== '') set(channel, pair);
}

/** Like set, and remembered in export_vars for legs this one would make. */
export function exportVariable(channel: Channel, argument: string): void {
  const bare = argument.replace(/^nolocal:/, '');
  const name = bare.split('=')[0] ?? '';
  if (!argument.startsWith('nolocal:')) set(channel, bare);
  const exported = channel.variables.get('export_vars');
  channel.variables.set('export_vars', exported === undefined ? name : `${exported},${name}`);
}

export function unset(channel: Channel, argument: string): void {
  channel.variables.set(argument.trim(), undefined);
}
