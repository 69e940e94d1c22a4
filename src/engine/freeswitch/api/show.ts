/** `show channels|calls [count] [as json]`: the tables admins read. */
import type { Channel } from '../channel/channel.js';
import type { Core } from '../core.js';
import { localStamp } from '../events/event-bus.js';
import { words } from './answers.js';

type Row = Readonly<Record<string, string>>;

export function show(core: Core, argument: string): string {
  const [what = '', ...options] = words(argument);
  const table = TABLES[what];
  if (table === undefined)
    return `-USAGE: codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]|calls|detailed_calls|bridged_calls\n`;
  const rows = table(core);
  if (options.includes('json')) return asJson(rows, options);
  return options.includes('count') || rows.length === 0 ? `\n${rows.length} total.\n` : asText(rows);
}

const TABLES: Readonly<Record<string, (core: Core) => readonly Row[]>> = {
  channels: (core) => [...core.channels.values()].map(channelRow),
  calls: (core) =>
    [...core.channels.values()]
      .filter((channel) => channel.pair === undefined || channel.pair.a === channel)
      .map(callRow),
  bridged_calls: (core) =>
    [...core.channels.values()].filter((channel) => channel.pair?.a === channel).map(callRow),
};

function asJson(rows: readonly Row[], options: readonly string[]): string {
  if (rows.length === 0 || options.includes('count')) return `{"row_count": ${rows.length}}\n`;
  return `${JSON.stringify({ row_count: rows.length, rows })}\n`;
}

function asText(rows: readonly Row[]): string {
  const header = Object.keys(rows[0] ?? {}).join(',');
  return [header, ...rows.map((row) => Object.values(row).join(',')), '', `${rows.length} total.`, ''].join(
    '\n',
  );
}

function channelRow(channel: Channel): Row {
  const { profile } = channel;
  return {
    ...legColumns(channel),
    ...codecColumns(channel),
    secure: '',
    hostname: channel.core.identity.hostname,
    presence_id: '',
    presence_data: '',
    accountcode: '',
    callstate: channel.callState,
    callee_name: profile.calleeIdName ?? '',
    callee_num: '',
    callee_direction: '',
    call_uuid: channel.callUuid === channel.uuid ? '' : channel.callUuid,
    sent_callee_name: '',
    sent_callee_num: '',
    initial_cid_name: profile.origCallerIdName,
    initial_cid_num: profile.origCallerIdNumber ?? '',
    initial_ip_addr: profile.networkAddress,
    initial_dest: channel.variables.get('original_destination_number') ?? profile.destination,
    initial_dialplan: 'XML',
    initial_context: 'mrf',
  };
}

function legColumns(channel: Channel): Row {
  const { profile } = channel;
  return {
    uuid: channel.uuid,
    direction: 'inbound',
    created: localStamp(profile.times.created),
    created_epoch: String(Math.floor(profile.times.created / 1000)),
    name: channel.name,
    state: channel.runningState,
    cid_name: profile.callerIdName,
    cid_num: profile.callerIdNumber ?? '',
    ip_addr: profile.networkAddress,
    dest: profile.destination,
    application: channel.lastApplication,
    application_data: channel.lastArgument,
    dialplan: profile.dialplan,
    context: profile.context,
  };
}

function codecColumns({ codecName = '' }: Channel): Row {
  const rate = codecName === '' ? '' : '8000';
  const bits = codecName === '' ? '' : '64000';
  return {
    read_codec: codecName,
    read_rate: rate,
    read_bit_rate: bits,
    write_codec: codecName,
    write_rate: rate,
    write_bit_rate: bits,
  };
}

function callRow(channel: Channel): Row {
  const peer = channel.pair?.peerOf(channel);
  const { uuid, direction, created, created_epoch, name, state, cid_name, cid_num, ip_addr, dest } =
    legColumns(channel);
  return {
    ...defined({ uuid, direction, created, created_epoch, name, state, cid_name, cid_num, ip_addr, dest }),
    hostname: channel.core.identity.hostname,
    callstate: channel.callState,
    b_uuid: peer?.uuid ?? '',
    b_name: peer?.name ?? '',
    b_callstate: peer?.callState ?? '',
    call_uuid: channel.callUuid,
  };
}

function defined(row: Readonly<Record<string, string | undefined>>): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? '']));
}
