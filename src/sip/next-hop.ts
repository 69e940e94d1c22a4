/** Where a request goes (RFC 3261 §8.1.2, RFC 3263 without DNS: hosts are IP literals or `localhost` here). */
import { isIP } from 'node:net';
import { headersOf } from '../wire/sip-message.js';
import { parseNameAddr } from '../wire/sip-name-addr.js';
import { parameterOf } from '../wire/sip-tokens.js';
import type { SipRequest } from '../wire/sip-types.js';
import { parseSipUri, type SipUri } from '../wire/sip-uri.js';
import type { SipAddress, SipProtocol } from './api.js';

const PROTOCOLS = ['udp', 'tcp', 'tls', 'ws', 'wss'] as const satisfies readonly SipProtocol[];
/** RFC 3261 §18.2.1 and table 1, RFC 7118 §5.3. */
const DEFAULT_PORTS: Readonly<Record<SipProtocol, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};
/** What carries a sips: URI: never anything in the clear (RFC 3261 §26.2.2). */
const SECURE: Readonly<Record<string, SipProtocol>> = {
  udp: 'tls',
  tcp: 'tls',
  tls: 'tls',
  ws: 'wss',
  wss: 'wss',
};

/** First Route, else Request-URI; `undefined` when that names no address we can send to. */
export function nextHopOf(request: SipRequest): SipAddress | undefined {
  const route = headersOf(request, 'Route')[0];
  const uri = parseSipUri(route === undefined ? request.uri : (parseNameAddr(route)?.uri ?? ''));
  return uri && addressOfUri(uri);
}

export function addressOfUri(uri: SipUri): SipAddress | undefined {
  const host = uri.host.toLowerCase() === 'localhost' ? '127.0.0.1' : uri.host;
  const named = parameterOf(uri.parameters, 'transport')?.toLowerCase() ?? 'udp';
  const protocol = PROTOCOLS.find((known) => known === (uri.scheme === 'sips' ? SECURE[named] : named));
  return isIP(host) !== 0 && protocol !== undefined
    ? { protocol, host, port: uri.port ?? DEFAULT_PORTS[protocol] }
    : undefined;
}

/** The domain that was asked for says whose certificate it must be, wherever DNS led (RFC 5922 §4). */
export function named(remote: SipAddress, requestUri: string): SipAddress {
  const host = parseSipUri(requestUri)?.host;
  const isName = host !== undefined && isIP(host) === 0 && host.toLowerCase() !== 'localhost';
  return remote.protocol === 'tls' && remote.name === undefined && isName
    ? { ...remote, name: host }
    : remote;
}
