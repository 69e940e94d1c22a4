/** SIP and SIPS URIs (RFC 3261 §19.1). Parsed only as far as routing and Contact rewriting need it. */
import { defined, formatParameters, parseParameters, type SipParameter } from './sip-tokens.js';

export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** Verbatim, escapes included, with the password when there is one. */
  readonly user?: string;
  /** IPv6 without its brackets. */
  readonly host: string;
  readonly port?: number;
  readonly parameters: readonly SipParameter[];
  /** What follows `?`, verbatim. */
  readonly headers?: string;
}

const SIP_URI =
  /^sips?:(?:(?<user>[^@<>\s"]*)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?<port>\d{1,5}))?(?<parameters>(?:;[^?\s<>]*)*)(?:\?(?<headers>[^\s<>]*))?$/i;

/** `undefined` for anything that is not a well-formed sip: or sips: URI, a tel: URI among them. */
export function parseSipUri(text: string): SipUri | undefined {
  const parts = SIP_URI.exec(text.trim())?.groups;
  if (!parts || parts['user'] === '' || Number(parts['port'] ?? 0) > 65535) return undefined;
  const { user, port, headers } = parts;
  return {
    scheme: /^sips:/i.test(text.trim()) ? 'sips' : 'sip',
    host: (parts['host'] ?? '').replace(/[[\]]/g, ''),
    parameters: parseParameters(parts['parameters'] ?? ''),
    ...defined({ user, headers, port: port === undefined ? undefined : Number(port) }),
  };
}

export function formatSipUri(uri: SipUri): string {
  const user = uri.user === undefined ? '' : `${uri.user}@`;
  const headers = uri.headers === undefined ? '' : `?${uri.headers}`;
  return `${uri.scheme}:${user}${formatHostPort(uri.host, uri.port)}${formatParameters(uri.parameters)}${headers}`;
}

/** `host[:port]`, an IPv6 address in brackets. */
export function formatHostPort(host: string, port?: number): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? bracketed : `${bracketed}:${port}`;
}
