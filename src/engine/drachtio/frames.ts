/**
 * The payloads of the control connection: commands of clients taken apart, and frames to clients put together. Fields are
 * positional and differ between frames; an empty one still has its bars.
 */
import type { Received } from '../../sip/api.js';
import { parseSipText, writeSipMessage } from '../../wire/sip-message.js';
import type { SipHeader, SipMessage, SipResponse } from '../../wire/sip-types.js';

export type Command =
  | { readonly kind: 'authenticate'; readonly id: string; readonly secret: string }
  | { readonly kind: 'ping'; readonly id: string }
  | { readonly kind: 'route'; readonly id: string; readonly verb: string }
  | { readonly kind: 'remove_route'; readonly id: string; readonly verb: string }
  | SipCommand
  | ProxyCommand
  | { readonly kind: 'unknown'; readonly id: string };

export interface SipCommand {
  readonly kind: 'sip';
  readonly id: string;
  /** Set for responses and CANCEL. */
  readonly transactionId: string;
  /** Set for requests in a dialog. */
  readonly dialogId: string;
  /** Where to send a request, '' for the usual way. */
  readonly routeUrl: string;
  /** SIP text; its Content-Length counts UTF-16 units and is not believed. */
  readonly text: string;
}

/** Forward a request from the network. A final time-out is sent along by the library and ignored by the real server. */
export interface ProxyCommand {
  readonly kind: 'proxy';
  readonly id: string;
  readonly transactionId: string;
  readonly path: 'stay' | 'leave';
  readonly redirects: 'follow' | 'pass-back';
  readonly forking: 'serial' | 'simultaneous';
  readonly provisionalMs: number | undefined;
  /** URIs. */
  readonly destinations: readonly string[];
  /** Of the application, for the forwarded request. */
  readonly headers: readonly SipHeader[];
}

export function parseCommand(payload: string): Command {
  const end = payload.indexOf('\r\n');
  const fields = (end < 0 ? payload : payload.slice(0, end)).split('|');
  const field = (at: number) => fields[at] ?? '';
  const id = field(0);
  const kind = field(1);
  switch (kind) {
    case 'authenticate':
      return { kind, id, secret: field(2) };
    case 'ping':
      return { kind, id };
    case 'proxy':
      return { kind, id, ...proxyFields(fields), headers: headersIn(end < 0 ? '' : payload.slice(end + 2)) };
    case 'route':
    case 'remove_route':
      return { kind, id, verb: field(2).toLowerCase() };
    case 'sip':
      return { kind, id, ...sipFields(field), text: end < 0 ? '' : payload.slice(end + 2) };
    default:
      return { kind: 'unknown', id };
  }
}

function sipFields(
  field: (at: number) => string,
): Pick<SipCommand, 'transactionId' | 'dialogId' | 'routeUrl'> {
  return { transactionId: field(2), dialogId: field(3), routeUrl: field(4) };
}

function proxyFields(fields: readonly string[]): Omit<ProxyCommand, 'kind' | 'id' | 'headers'> {
  const [, , transactionId = '', path, , redirects, forking, provisional = '', , ...destinations] = fields;
  return {
    transactionId,
    path: path === 'remainInDialog' ? 'stay' : 'leave',
    redirects: redirects === 'followRedirects' ? 'follow' : 'pass-back',
    forking: forking === 'simultaneous' ? 'simultaneous' : 'serial',
    provisionalMs: millisecondsOf(provisional),
    destinations,
  };
}

/** `2s` or `1500ms`. */
function millisecondsOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (unit === 's' ? 1000 : 1);
}

function headersIn(text: string): readonly SipHeader[] {
  const parsed = parseSipText(text);
  return parsed.ok ? parsed.message.headers : [];
}

/** What a frame says about a message on the wire. */
export interface Envelope {
  readonly source: 'network' | 'application';
  readonly bytes: number;
  /** Empty in some frames of the real server; see the callers. */
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  /** Clock milliseconds. */
  readonly at: number;
}

export function sipFrame(envelope: Envelope, tail: readonly string[], message: SipMessage): string {
  return `sip|${describe(envelope)}|${tail.join('|')}|\r\n${textOf(message)}`;
}

/** Reply to a request or CANCEL of the application. */
export function sentRequest(envelope: Envelope, transactionId: string, message: SipMessage): string {
  return `OK|${describe(envelope)}|${transactionId}|Msg sent:|\r\n${textOf(message)}`;
}

/** Reply to a response of the application. */
export function sentResponse(
  envelope: Envelope,
  ids: { readonly transactionId: string; readonly dialogId: string },
  message: SipMessage,
) {
  return `OK|${describe(envelope)}|${ids.transactionId}|${ids.dialogId}||Msg sent:|\r\n${textOf(message)}`;
}

/** To an application that proxies: a final response of one destination. */
export function finalOfBranch({ message, bytes, remote, at }: Received<SipResponse>): string {
  const { protocol, host: address, port } = remote;
  const envelope: Envelope = { source: 'network', bytes, protocol, address, port, at };
  return `OK|${describe(envelope)}|||continue\r\n${textOf(message)}`;
}

function describe(envelope: Envelope): string {
  const { source, bytes, protocol, address, port, at } = envelope;
  return [source, bytes, BELOW[protocol] ?? protocol, address, port, timeOfDay(at)].join('|');
}

/** drachtio.cpp asks tport_has_tls and tport_is_tcp only: a WebSocket is what it runs on. */
const BELOW: Readonly<Partial<Record<string, string>>> = { ws: 'tcp', wss: 'tls' };

function textOf(message: SipMessage): string {
  return writeSipMessage(message).toString('utf8');
}

/** UTC `HH:MM:SS.uuuuuu`. */
export function timeOfDay(at: number): string {
  const micros = Math.floor((at % 1) * 1000);
  return `${new Date(at).toISOString().slice(11, 23)}${String(micros).padStart(3, '0')}`;
}
