/**
 * The payloads of the control connection: commands of clients taken apart, and frames to clients put together. Fields are
 * positional and differ between frames; an empty one still has its bars.
 */
import { writeSipMessage } from '../../wire/sip-message.js';
import type { SipMessage } from '../../wire/sip-types.js';

export type Command =
  | { readonly kind: 'authenticate'; readonly id: string; readonly secret: string }
  | { readonly kind: 'ping'; readonly id: string }
  | { readonly kind: 'route'; readonly id: string; readonly verb: string }
  | { readonly kind: 'remove_route'; readonly id: string; readonly verb: string }
  | SipCommand
  /** Proxying without the application in the path; not offered here. */
  | { readonly kind: 'proxy'; readonly id: string }
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
    case 'proxy':
      return { kind, id };
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

function describe(envelope: Envelope): string {
  const { source, bytes, protocol, address, port, at } = envelope;
  return [source, bytes, protocol, address, port, timeOfDay(at)].join('|');
}

function textOf(message: SipMessage): string {
  return writeSipMessage(message).toString('utf8');
}

/** UTC `HH:MM:SS.uuuuuu`. */
export function timeOfDay(at: number): string {
  const micros = Math.floor((at % 1) * 1000);
  return `${new Date(at).toISOString().slice(11, 23)}${String(micros).padStart(3, '0')}`;
}
