/** uuid_dump, uuid_getvar, uuid_setvar, uuid_set_media_stats. */
import { writeEslHeaders } from '../../../wire/esl-frame.js';
import { channelHeaders } from '../channel/channel-headers.js';
import type { Channel } from '../channel/channel.js';
import { appendMediaStatistics } from '../channel/media-statistics.js';
import type { Core } from '../core.js';
import { NO_SUCH_CHANNEL, OK, usage, words } from './answers.js';

export function uuidDump(core: Core, argument: string): string {
  const [uuid, format = 'txt'] = words(argument);
  if (uuid === undefined) return usage('<uuid> [format]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  const headers = core.bus.commonHeaders({ name: 'CHANNEL_DATA', site: 'dump' });
  channelHeaders(headers, channel);
  return format === 'json' ? JSON.stringify(headers) : `${writeEslHeaders(headers)}\n`;
}

export function uuidGetvar(core: Core, argument: string): string {
  const [uuid, name] = words(argument);
  if (uuid === undefined || name === undefined) return usage('<uuid> <var>');
  const channel = core.channels.get(uuid);
  return channel === undefined ? NO_SUCH_CHANNEL : (channel.variables.get(name) ?? '_undef_');
}

export function uuidSetvar(core: Core, argument: string): string {
  const [uuid, name, ...value] = argument.split(' ');
  if (uuid === undefined || uuid === '' || name === undefined) return usage('<uuid> <var> [value]');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  channel.variables.set(name, value.join(' '));
  return OK;
}

export function uuidSetvarMulti(core: Core, argument: string): string {
  const [uuid, ...pairs] = argument.split(' ');
  if (uuid === undefined || uuid === '' || pairs.length === 0)
    return usage('<uuid> <var>=<value>;<var>=<value>...');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  for (const pair of pairs.join(' ').split(';')) setPair(channel, pair);
  return OK;
}

function setPair(channel: Channel, pair: string): void {
  const equals = pair.indexOf('=');
  if (equals > 0) channel.variables.set(pair.slice(0, equals), pair.slice(equals + 1));
}

export function uuidSetMediaStats(core: Core, argument: string): string {
  const [uuid] = words(argument);
  if (uuid === undefined) return usage('<uuid>');
  const channel = core.channels.get(uuid);
  if (channel === undefined) return NO_SUCH_CHANNEL;
  appendMediaStatistics(channel);
  return '+OK:\n';
}
