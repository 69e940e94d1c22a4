/** Where a request goes (RFC 3261 §8.1.2, RFC 3263 without DNS: hosts are IP literals or `localhost` here). */
import { isIP } from 'node:net';
import { headersOf } from '../wire/sip-message.js';
import { parseNameAddr } from '../wire/sip-name-addr.js';
import { parameterOf } from '../wire/sip-tokens.js';
import type { SipRequest } from '../wire/sip-types.js';
import { parseSipUri, type SipUri } from '../wire/sip-uri.js';
import type { SipAddress } from './api.js';

/** First Route, else Request-URI; `undefined` when that names no address we can send to. */
export function nextHopOf(request: SipRequest): SipAddress | undefined {
  const route = headersOf(request, 'Route')[0];
  const uri = parseSipUri(route === undefined ? request.uri : (parseNameAddr(route)?.uri ?? ''));
  return uri && addressOfUri(uri);
}

export function addressOfUri(uri: SipUri): SipAddress | undefined {
  const host = uri.host.toLowerCase() === 'localhost' ? '127.0.0.1' : uri.host;
  const transport = parameterOf(uri.parameters, 'transport')?.toLowerCase() ?? 'udp';
  const isUsable = isIP(host) !== 0 && (transport === 'udp' || transport === 'tcp') && uri.scheme === 'sip';
  return isUsable ? { protocol: transport, host, port: uri.port ?? 5060 } : undefined;
}
