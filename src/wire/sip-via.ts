/** The Via header (RFC 3261 §20.42) and what RFC 3581 adds to it on the way in. */
import {
  formatParameters,
  isToken,
  parameterOf,
  parseParameters,
  withParameter,
  type SipParameter,
} from './sip-tokens.js';
import { formatHostPort } from './sip-uri.js';

export interface Via {
  /** Upper case: UDP, TCP, TLS, WS, … */
  readonly transport: string;
  /** sent-by; IPv6 without brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: readonly SipParameter[];
}

export const MAGIC_COOKIE = 'z9hG4bK';

const VIA =
  /^SIP\s*\/\s*2\.0\s*\/\s*(\S+)\s+(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)\s*(?::\s*(\d{1,5}))?\s*((?:;.*)?)$/is;

export function parseVia(value: string): Via | undefined {
  const match = VIA.exec(value.trim());
  if (!match) return undefined;
  const [, transport = '', host = '', port, parameters = ''] = match;
  if (!isToken(transport) || Number(port ?? 0) > 65535) return undefined;
  return {
    transport: transport.toUpperCase(),
    host: host.startsWith('[') ? host.slice(1, -1) : host,
    ...(port !== undefined && { port: Number(port) }),
    parameters: parseParameters(parameters),
  };
}

export function formatVia(via: Via): string {
  return `SIP/2.0/${via.transport} ${formatHostPort(via.host, via.port)}${formatParameters(via.parameters)}`;
}

export function branchOf(via: Via): string | undefined {
  return parameterOf(via.parameters, 'branch');
}

/**
 * What the server transport notes on the top Via of a request (RFC 3261 §18.2.1, RFC 3581 §4): the source port always,
 * as sofia-sip does, and the source address when sent-by names another one.
 */
export function viaFrom(via: Via, source: { readonly host: string; readonly port: number }): Via {
  const withPort = withParameter(via.parameters, 'rport', String(source.port));
  const isSame = via.host.toLowerCase() === source.host.toLowerCase();
  return { ...via, parameters: isSame ? withPort : withParameter(withPort, 'received', source.host) };
}

/** Where a response with this top Via goes (RFC 3261 §18.2.2, RFC 3581 §4). `maddr` is not followed. */
export function responseTarget(via: Via): { readonly host: string; readonly port: number } {
  const received = parameterOf(via.parameters, 'received');
  const rport = Number(parameterOf(via.parameters, 'rport') ?? 0);
  return {
    host: received === undefined || received === '' ? via.host : received,
    port: rport > 0 ? rport : (via.port ?? (via.transport === 'TLS' ? 5061 : 5060)),
  };
}
