/** A REGISTER read and answered (RFC 3261 §10.2–10.3): what it asks for, the contact it brings, the bindings it is told. */
import type { Registered } from '../../app/ports/switch.js';
import { parseNameAddr } from '../../wire/sip-name-addr.js';
import { parameterOf } from '../../wire/sip-tokens.js';
import { formatHostPort, parseSipUri } from '../../wire/sip-uri.js';
import type { Contact, KnownContact } from './contact-book.js';
import type { SipHeaders, SrfRequest } from '../libraries.js';

export type Wish =
  | { readonly kind: 'query' }
  /** Without a URI whatever is there. */
  | { readonly kind: 'remove'; readonly uri?: string }
  | {
      readonly kind: 'add';
      readonly uri: string;
      readonly seconds: number;
      /** `+sip.instance` (RFC 5626 §4.1). */
      readonly instance?: string;
    }
  | { readonly kind: 'malformed' };

/** RFC 3261 §10.2.1.1 and §10.2.2: the Contact's own `expires` counts before the header. */
export function wishOf(request: SrfRequest, defaultSeconds: number): Wish {
  const value = (request.get('Contact') ?? '').trim();
  if (value === '') return { kind: 'query' };
  if (value === '*') return { kind: 'remove' };
  const address = parseNameAddr(value);
  return address && parseSipUri(address.uri)
    ? wishFor(address, request, defaultSeconds)
    : { kind: 'malformed' };
}

type Address = NonNullable<ReturnType<typeof parseNameAddr>>;

function wishFor(address: Address, request: SrfRequest, defaultSeconds: number): Wish {
  const asked = parameterOf(address.parameters, 'expires') ?? request.get('Expires');
  const seconds = asked === undefined ? defaultSeconds : Number.parseInt(asked, 10);
  if (Number.isNaN(seconds)) return { kind: 'malformed' };
  if (seconds === 0) return { kind: 'remove', uri: address.uri };
  const instance = parameterOf(address.parameters, '+sip.instance');
  return { kind: 'add', uri: address.uri, seconds, ...(instance !== undefined && { instance }) };
}

export function contactOf(
  user: string,
  { uri, instance }: Extract<Wish, { kind: 'add' }>,
  request: SrfRequest,
  { expiresAt, signallingNode }: Pick<Registered, 'expiresAt'> & { readonly signallingNode: string },
): KnownContact {
  const transport = transportOf(request);
  const reach = { ...reachOf(uri, transport, request), signallingNode };
  const agent = request.get('User-Agent');
  const phone = instance ?? uri;
  const registered = {
    user,
    contact: uri,
    source: formatHostPort(request.source_address, request.source_port),
    transport,
    expiresAt,
    phone,
    signallingNode,
    ...(reach.proxy !== undefined && { proxy: reach.proxy }),
    ...(agent !== undefined && { agent }),
  };
  return { registered, reach, phone };
}

/**
 * drachtio says tcp or tls of a WebSocket, which is one of these below; the Via shows it (RFC 7118 §5.3). A browser that
 * came through a TLS proxy says WSS there, while our end of the line is plain.
 */
function transportOf(request: SrfRequest): string {
  const protocol = request.protocol || 'udp';
  if (!isWebSocket(request)) return protocol;
  return protocol === 'tls' || protocol === 'wss' ? 'wss' : 'ws';
}

export function isWebSocket(request: SrfRequest): boolean {
  return /^SIP\s*\/\s*2\.0\s*\/\s*WSS?\s/i.test(request.get('Via') ?? '');
}

/** RFC 5626 in spirit: requests go where the REGISTER came from when the Contact is not that address. */
function reachOf(uri: string, transport: string, request: SrfRequest): Contact {
  const contact = parseSipUri(uri);
  const { source_address: address, source_port: port } = request;
  const isSame = contact?.host === address && (contact.port ?? 5060) === port;
  if (isSame && transport === 'udp') return { uri, address };
  return { uri, address, proxy: `sip:${formatHostPort(address, port)};transport=${transport}` };
}

/** All contacts of the user in one row, as the library joins equal names by a comma anyway. */
export function bindingsOf(contacts: readonly KnownContact[], now: number): SipHeaders {
  const left = ({ registered }: KnownContact) => Math.round((registered.expiresAt - now) / 1000);
  const rows = contacts.map((known) => `<${known.registered.contact}>;expires=${left(known)}`);
  const last = contacts.at(-1);
  return last === undefined ? {} : { Contact: rows.join(', '), Expires: String(left(last)) };
}
