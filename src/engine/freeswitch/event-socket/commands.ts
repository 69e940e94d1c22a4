/**
 * The commands of the event socket, one row each (mod_event_socket, parse_command). Each returns its one reply; what
 * must come after the reply (a farewell, a background job) is its `after`.
 */
import type { EslCommand } from '../../../wire/esl-command.js';
import { writeApiResponse, writeCommandReply } from '../../../wire/esl-frame.js';
import { runApi } from '../api/run-api.js';
import type { Channel } from '../channel/channel.js';
import { hangupCauseNamed } from '../channel/hangup-causes.js';
import { connectReply } from './connect-reply.js';
import type { EslConnection } from './connection.js';

export interface Answer {
  readonly reply: string;
  readonly after?: () => void;
}

interface CommandRow {
  /** `auth`: allowed before the password was given. */
  readonly before?: 'auth';
  readonly run: (connection: EslConnection, command: EslCommand) => Answer | Promise<Answer>;
}

export const COMMANDS: ReadonlyMap<string, CommandRow> = new Map<string, CommandRow>([
  ['auth', { before: 'auth', run: auth }],
  ['exit', { before: 'auth', run: exit }],
  ['api', { run: api }],
  ['bgapi', { run: bgapi }],
  ['event', { run: event }],
  ['nixevent', { run: nixevent }],
  ['noevents', { run: noevents }],
  ['myevents', { run: myevents }],
  ['filter', { run: filter }],
  ['divert_events', { run: () => reply('+OK events diverted') }],
  ['sendmsg', { run: sendmsg }],
  ['sendevent', { run: sendevent }],
  ['connect', { run: connect }],
  ['linger', { run: linger }],
  ['nolinger', { run: nolinger }],
  ['getvar', { run: getvar }],
  ['log', { run: log }],
  ['nolog', { run: () => reply('+OK no longer logging') }],
]);

function reply(text: string, after?: () => void): Answer {
  return { reply: writeCommandReply(text), ...(after === undefined ? {} : { after }) };
}

function auth(connection: EslConnection, { rest }: EslCommand): Answer {
  if (rest !== connection.core.settings.eventSocket.password)
    return reply('-ERR invalid', () => connection.disconnect());
  connection.state = 'open';
  return reply('+OK accepted');
}

function exit(connection: EslConnection): Answer {
  return reply('+OK bye', () => connection.disconnect());
}

async function api(connection: EslConnection, { rest }: EslCommand): Promise<Answer> {
  if (rest.trim() === '') return reply('-ERR command not found');
  return { reply: writeApiResponse(await runApi(connection.core, rest)) };
}

function bgapi(connection: EslConnection, { rest, headers }: EslCommand): Answer {
  if (rest.trim() === '') return reply('-ERR command not found');
  const job = headers['Job-UUID'] ?? connection.core.ids.uuid();
  return {
    reply: writeCommandReply(`+OK Job-UUID: ${job}`, { 'Job-UUID': job }),
    after: () => void runJob(connection, job, rest),
  };
}

async function runJob({ core }: EslConnection, job: string, text: string): Promise<void> {
  const [command = '', ...words] = text.trim().split(' ');
  const body = await runApi(core, text);
  core.bus.fire(
    { name: 'BACKGROUND_JOB', site: 'backgroundJob' },
    (headers) => {
      headers['Job-UUID'] = job;
      headers['Job-Command'] = command;
      if (words.length > 0) headers['Job-Command-Arg'] = words.join(' ');
    },
    body,
  );
}

function event(connection: EslConnection, { rest }: EslCommand): Answer {
  const known = connection.subscription.subscribe(rest);
  return reply(
    known ? `+OK event listener enabled ${connection.subscription.format}` : '-ERR no keywords supplied',
  );
}

function nixevent(connection: EslConnection, { rest }: EslCommand): Answer {
  return reply(connection.subscription.unsubscribe(rest) ? '+OK events nixed' : '-ERR no keywords supplied');
}

function noevents(connection: EslConnection): Answer {
  connection.subscription.clear();
  return reply('+OK no longer listening for events');
}

function myevents(connection: EslConnection, { rest }: EslCommand): Answer {
  const words = rest.split(/\s+/);
  if (words.includes('json')) connection.subscription.format = 'json';
  const uuid =
    words.find((word) => word !== '' && word !== 'json' && word !== 'plain') ?? connection.channel?.uuid;
  if (uuid === undefined) return reply('-ERR Invalid UUID');
  connection.subscription.subscribeToChannel(uuid);
  return reply('+OK Events Enabled');
}

function filter(connection: EslConnection, { rest }: EslCommand): Answer {
  const remove = /^delete\s+/i.test(rest);
  const [name = '', ...values] = rest.replace(/^delete\s+/i, '').split(' ');
  const value = values.join(' ');
  if (name === '') return reply('-ERR invalid syntax');
  if (remove) {
    connection.subscription.removeFilter(name, value);
    return reply(`+OK filter deleted. [${name}][${value}]`);
  }
  connection.subscription.addFilter(name, value);
  return reply(`+OK filter added. [${name}]=[${value}]`);
}

function sendmsg(connection: EslConnection, { rest, headers, body }: EslCommand): Answer {
  const uuid = rest.trim();
  const channel = uuid === '' ? connection.channel : connection.core.channels.get(uuid);
  if (channel?.isUp !== true) return reply(`-ERR invalid session id [${uuid}]`);
  if (headers['call-command'] === 'execute') postExecute(channel, headers, body);
  if (headers['call-command'] === 'hangup') postHangup(channel, headers['hangup-cause'] ?? '');
  return reply('+OK');
}

function postExecute(channel: Channel, headers: EslCommand['headers'], body: string): void {
  channel.thread.post({
    kind: 'execute',
    application: headers['execute-app-name'] ?? '',
    argument: headers['execute-app-arg'] ?? (body === '' ? undefined : body),
    uuid: headers['Event-UUID'],
    loops: Math.max(1, Number.parseInt(headers['loops'] ?? '1', 10) || 1),
  });
}

function postHangup(channel: Channel, cause: string): void {
  channel.thread.post({ kind: 'signal', act: () => channel.hangup(hangupCauseNamed(cause), 'application') });
}

/** Headers as given, the body as it is; listeners see it like any other event. */
function sendevent({ core }: EslConnection, { rest, headers, body }: EslCommand): Answer {
  const uuid = core.ids.uuid();
  const subclass = headers['Event-Subclass'];
  core.bus.fire(
    { name: rest.trim(), site: 'sendEvent', ...(subclass === undefined ? {} : { subclass }) },
    (target) => {
      Object.assign(target, headers, { 'Event-UUID': uuid });
    },
    body === '' ? undefined : body,
  );
  return reply(`+OK ${uuid}`);
}

function connect({ channel }: EslConnection): Answer {
  return channel === undefined ? reply('-ERR command not found') : { reply: connectReply(channel) };
}

function linger(connection: EslConnection, { rest }: EslCommand): Answer {
  if (connection.channel === undefined) return reply('-ERR not controlling a session');
  const seconds = Number.parseInt(rest, 10);
  connection.linger = { seconds: Number.isNaN(seconds) ? undefined : seconds };
  return reply(Number.isNaN(seconds) ? '+OK will linger' : `+OK will linger ${seconds} seconds`);
}

function nolinger(connection: EslConnection): Answer {
  if (connection.channel === undefined) return reply('-ERR not controlling a session');
  connection.linger = undefined;
  return reply('+OK will not linger');
}

function getvar({ channel }: EslConnection, { rest }: EslCommand): Answer {
  return reply(
    channel === undefined ? '-ERR not controlling a session' : (channel.variables.get(rest.trim()) ?? ''),
  );
}

/** No log lines are sent; the levels are acknowledged for `fs_cli`. */
function log(_connection: EslConnection, { rest }: EslCommand): Answer {
  const level = rest.trim() === '' ? '7' : rest.trim();
  return reply(`+OK log level ${level} [${level}]`);
}
