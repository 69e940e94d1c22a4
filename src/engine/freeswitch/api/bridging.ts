/** uuid_bridge, uuid_transfer, uuid_park, uuid_broadcast: where legs go, and what is played to them there. */
import type { Channel } from '../channel/channel.js';
import { arrangeBridge } from '../channel/leg-pair.js';
import { transfer, type TransferTarget } from '../channel/transfer.js';
import type { Core } from '../core.js';
import { NO_SUCH_CHANNEL, OK, usage, words } from './answers.js';

/** Answered before anything happens: the talk begins about 60 ms later. */
export function uuidBridge(core: Core, argument: string): string {
  const [uuid, otherUuid] = words(argument);
  if (uuid === undefined || otherUuid === undefined) return usage('<uuid> <other_uuid>');
  const channel = core.channels.get(uuid);
  const other = core.channels.get(otherUuid);
  if (channel?.isUp !== true || other?.isUp !== true) return '-ERR Invalid uuid\n';
  arrangeBridge(channel, other);
  return `+OK ${otherUuid}\n`;
}

export function uuidTransfer(core: Core, argument: string): string {
  const [uuid = '', ...rest] = words(argument);
  const leg = legOf(rest[0]);
  const target = targetOf(leg === '-aleg' ? rest : rest.slice(1));
  if (target === undefined) return usage('<uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]');
  const channel = core.channels.get(uuid);
  if (channel?.isUp !== true) return NO_SUCH_CHANNEL;
  transferLegs(channel, leg, target);
  return OK;
}

type TransferredLegs = '-aleg' | '-bleg' | '-both';

function legOf(word: string | undefined): TransferredLegs {
  return word === '-both' || word === '-bleg' ? word : '-aleg';
}

function targetOf([extension, dialplan = 'XML', context = 'mrf']: readonly string[]):
  TransferTarget | undefined {
  return extension === undefined ? undefined : { extension, dialplan, context };
}

function transferLegs(channel: Channel, leg: TransferredLegs, target: TransferTarget): void {
  const { pair } = channel;
  // A pair that is over has no claim on the other leg: it may be in another talk by now.
  const peer = pair?.state === 'over' ? undefined : pair?.peerOf(channel);
  if (leg !== '-aleg' && peer !== undefined) transfer(peer, target);
  if (leg !== '-bleg') transfer(channel, target);
}

export function uuidPark(core: Core, argument: string): string {
  const [uuid] = words(argument);
  if (uuid === undefined) return usage('<uuid>');
  const channel = core.channels.get(uuid);
  if (channel?.isUp !== true) return NO_SUCH_CHANNEL;
  transfer(channel, { extension: 'park', dialplan: 'inline', context: channel.profile.context });
  return OK;
}

/** `<path>` is a file, or `application::argument`. */
export function uuidBroadcast(core: Core, argument: string): string {
  const [uuid, path, legs = 'aleg'] = words(argument);
  if (uuid === undefined || path === undefined) return usage('<uuid> <path> [aleg|bleg|holdb|both]');
  const channel = core.channels.get(uuid);
  if (channel?.isUp !== true) return '-ERR invalid uuid\n';
  const peer = channel.pair?.peerOf(channel);
  if (legs !== 'aleg' && peer !== undefined) broadcast(peer, path);
  if (legs !== 'bleg') broadcast(channel, path);
  return '+OK Message sent\n';
}

function broadcast(channel: Channel, path: string): void {
  const split = path.indexOf('::');
  const application = split < 0 ? 'playback' : path.slice(0, split);
  const argument = split < 0 ? path : path.slice(split + 2);
  channel.thread.post({ kind: 'execute', application, argument, uuid: undefined, loops: 1 });
}
