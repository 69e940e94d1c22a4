/** Does the WebSocket of the phone in the browser take SIP (RFC 7118), and would a browser trust its TLS? */
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { messageOf } from '../../errors.js';
import type { Configuration } from '../../settings/configuration.js';
import { browserPhoneOf } from '../browser-phone.js';
import { failure, ok, warning, type Finding } from './finding.js';

const HANDSHAKE_MS = 5000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;
const CHECK = 'browser phone line';

export interface LineTerms {
  readonly now: () => number;
  /** PEM of an authority that browsers trust and this machine does not. */
  readonly ca?: string;
  /** Who would serve the address: a switch that the doctor does not see running opens it later. */
  readonly by: 'server' | 'somebody';
}

/** What the settings say, and what the WebSocket does now. */
export async function checkBrowserPhone({ settings }: Configuration, now: () => number): Promise<Finding[]> {
  const { webSocket, findings } = browserPhoneOf(settings);
  if (webSocket === undefined) return [...findings];
  const isOurs = settings.softphone.webSocketUrl === undefined;
  const url = isOurs ? ownAddress(webSocket, settings.switch.sip.address) : webSocket;
  return [...findings, ...(await checkWebSocket(url, { now, by: isOurs ? 'server' : 'somebody' }))];
}

/** The embedded switch is on this machine, whatever browsers call it. */
function ownAddress(url: string, address: string): string {
  const { protocol, port } = new URL(url);
  const host = ['0.0.0.0', '::'].includes(address) ? '127.0.0.1' : address;
  return `${protocol}//${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

type Shaken =
  | { readonly kind: 'open'; readonly certificate: Finding | undefined }
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly why: string };

export async function checkWebSocket(url: string, terms: LineTerms): Promise<Finding[]> {
  const shaken = await shakeHands(url, terms);
  if (shaken.kind === 'open')
    return [ok(CHECK, `${url} takes SIP`), ...(shaken.certificate === undefined ? [] : [shaken.certificate])];
  if (shaken.kind === 'failed' && terms.by === 'server' && shaken.why.includes('ECONNREFUSED'))
    return [ok(CHECK, `${url} opens with the server, which does not run now`)];
  return [shaken.kind === 'answered' ? noWebSocket(url, shaken.status) : unreached(url, shaken.why)];
}

function shakeHands(url: string, { now, ca }: LineTerms): Promise<Shaken> {
  return new Promise((resolve) => {
    let certificate: Finding | undefined;
    const socket = new WebSocket(url, 'sip', {
      handshakeTimeout: HANDSHAKE_MS,
      rejectUnauthorized: false,
      ...(ca !== undefined && { ca }),
    });
    const settle = (shaken: Shaken): void => {
      resolve(shaken);
      socket.terminate();
    };
    socket.on('upgrade', ({ socket: line }) => {
      if (line instanceof TLSSocket) certificate = judgeCertificate(url, line, now());
    });
    socket.on('open', () => settle({ kind: 'open', certificate }));
    socket.on('unexpected-response', (_request, { statusCode = 0 }) =>
      settle({ kind: 'answered', status: statusCode }),
    );
    socket.on('error', (error) => settle({ kind: 'failed', why: reasonOf(error) }));
  });
}

/** Of several addresses none was reached: the error has no text of its own. */
function reasonOf(error: Error): string {
  const inner = error instanceof AggregateError ? (error.errors as Error[]).map(messageOf).join('; ') : '';
  return inner === '' ? messageOf(error) : inner;
}

function judgeCertificate(url: string, line: TLSSocket, now: number): Finding {
  const check = `${CHECK} tls`;
  const certificate = line.getPeerCertificate();
  const endsAt = Date.parse(certificate.valid_to);
  const days = Math.floor((endsAt - now) / DAY_MS);
  const renew = 'Renew it; switch.sip.tls or the proxy names its file.';
  if (endsAt < now)
    return failure(check, `the certificate of ${url} expired on ${certificate.valid_to}`, renew);
  if (!line.authorized)
    return failure(
      check,
      `browsers do not trust the certificate of ${url}: ${messageOf(line.authorizationError)}`,
      'Use one with its whole chain from a public authority, for the name in the address; a page cannot ask people to trust another.',
    );
  if (days < SOON_DAYS) return warning(check, `the certificate of ${url} ends in ${days} days`, renew);
  return ok(check, `the certificate of ${url} is trusted and valid for ${days} days`);
}

function noWebSocket(url: string, status: number): Finding {
  return failure(
    CHECK,
    `${url} answers HTTP ${status} instead of opening a WebSocket`,
    status === 502 || status === 504
      ? 'The proxy does not reach the switch: start it, and compare its port with the place /sip of config/deploy/nginx.conf.'
      : 'Pass the address on with Upgrade and Connection, as the place /sip of config/deploy/nginx.conf does.',
  );
}

function unreached(url: string, why: string): Finding {
  return failure(
    CHECK,
    `no SIP over WebSocket at ${url}: ${why}`,
    'Check host, port and firewall of softphone.webSocketUrl, and that the proxy and the switch run.',
  );
}
