/** REGISTER on a bare socket, with a digest that the test may send again or from elsewhere. */
import { randomUUID } from 'node:crypto';
import { digestResponse, ha1Of, parseDigest } from '../../../src/switch/phones/digest.js';
import { headerOf } from '../../../src/wire/sip-message.js';
import type { SipResponse } from '../../../src/wire/sip-types.js';
import type { RawSip } from '../switch/raw-sip.js';

export interface Account {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  /** Where the registrar is. */
  readonly port: number;
}

let serial = 0;

/** Resolves with the answer. */
export function sendRegister(
  party: RawSip,
  { user, realm, port }: Account,
  headers: readonly string[],
): Promise<SipResponse> {
  serial += 1;
  party.send(port, [
    `REGISTER sip:${realm} SIP/2.0`,
    `Via: SIP/2.0/UDP ${party.host}:${party.port};branch=z9hG4bK${randomUUID()}`,
    `From: <sip:${user}@${realm}>;tag=${serial}`,
    `To: <sip:${user}@${realm}>`,
    `Call-ID: reg-${party.port}`,
    `CSeq: ${serial} REGISTER`,
    'Max-Forwards: 70',
    ...headers,
  ]);
  return party.response('REGISTER');
}

/** Header line that answers a challenge; `plain` is the digest of RFC 2069, without a nonce count. */
export function authorisation(
  challenge: SipResponse,
  { user, realm, password }: Account,
  { nc = '00000001', qop = 'qop' }: { readonly nc?: string; readonly qop?: 'qop' | 'plain' } = {},
): string {
  const { nonce = '' } = parseDigest(headerOf(challenge, 'WWW-Authenticate') ?? '') ?? {};
  const inputs = { algorithm: 'SHA-256', method: 'REGISTER', uri: `sip:${realm}`, nonce } as const;
  const ha1 = ha1Of('SHA-256', user, realm, password);
  const protection = qop === 'qop' ? { qop: { name: 'auth', nc, cnonce: 'c' } } : {};
  const response = digestResponse({ ...inputs, ha1, ...protection });
  const rest = qop === 'qop' ? `, qop=auth, nc=${nc}, cnonce="c"` : '';
  return `Authorization: Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="sip:${realm}", algorithm=SHA-256, response="${response}"${rest}`;
}

export function contactOf({ host, port }: RawSip, { user }: Account, seconds = 600): string {
  return `Contact: <sip:${user}@${host}:${port}>;expires=${seconds}`;
}
