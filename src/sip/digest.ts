/**
 * Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760): the client's answer to a challenge, and the server's
 * challenge and check by stored HA1. MD5, SHA-256 and SHA-512-256; qop `auth` or none.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { defined, parameterOf, parseParameters, quote, splitOutside, unquote } from '../wire/sip-tokens.js';
import type { Credentials } from './api.js';

export type DigestAlgorithm = 'MD5' | 'SHA-256' | 'SHA-512-256';

const HASHES: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: 'md5',
  'SHA-256': 'sha256',
  'SHA-512-256': 'sha512-256',
};

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: 'auth' | 'none';
  readonly opaque?: string;
  readonly stale: 'yes' | 'no';
}

/** An Authorization or Proxy-Authorization value, taken apart. */
export interface DigestAnswer {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: 'auth' | 'none';
  readonly nonceCount: string;
  readonly cnonce: string;
}

type Fields = (name: string) => string | undefined;

function fieldsOf(value: string): Fields | undefined {
  const match = /^\s*Digest\s+(.*)$/is.exec(value);
  if (!match) return undefined;
  const parameters = splitOutside(match[1] ?? '', ',').flatMap((piece) => parseParameters(piece));
  return (name) => {
    const found = parameterOf(parameters, name);
    return found === undefined ? undefined : unquote(found);
  };
}

function algorithmOf(name: string | undefined): DigestAlgorithm | undefined {
  const upper = (name ?? 'MD5').toUpperCase();
  return upper === 'MD5' || upper === 'SHA-256' || upper === 'SHA-512-256' ? upper : undefined;
}

/** A WWW-Authenticate or Proxy-Authenticate value; `undefined` when it is not Digest or asks for what we cannot do. */
export function parseChallenge(value: string): DigestChallenge | undefined {
  const field = fieldsOf(value) ?? (() => undefined);
  const algorithm = algorithmOf(field('algorithm'));
  const qop = qopOf(field('qop'));
  const realm = field('realm');
  const nonce = field('nonce');
  if (!algorithm || !qop || realm === undefined || nonce === undefined) return undefined;
  const stale = field('stale')?.toLowerCase() === 'true' ? 'yes' : 'no';
  return { realm, nonce, algorithm, qop, stale, ...defined({ opaque: field('opaque') }) };
}

/** Of the offered list; `undefined` when only auth-int is. */
function qopOf(offered: string | undefined): 'auth' | 'none' | undefined {
  if (offered === undefined) return 'none';
  const list = offered.split(',').map((each) => each.trim().toLowerCase());
  return list.includes('auth') ? 'auth' : undefined;
}

/** The header value of a challenge. */
export function challenge(of: DigestChallenge): string {
  const parts = [`realm=${quote(of.realm)}`, `nonce=${quote(of.nonce)}`, `algorithm=${of.algorithm}`];
  if (of.qop === 'auth') parts.push('qop="auth"');
  if (of.opaque !== undefined) parts.push(`opaque=${quote(of.opaque)}`);
  if (of.stale === 'yes') parts.push('stale=true');
  return `Digest ${parts.join(', ')}`;
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(HASHES[algorithm]).update(text).digest('hex');
}

/** H(username:realm:password), which is all a server needs to store. */
export function digestHa1(
  of: Credentials & { readonly realm: string; readonly algorithm: DigestAlgorithm },
): string {
  return hash(of.algorithm, `${of.username}:${of.realm}:${of.password}`);
}

/** RFC 7616 §3.4.1. */
export function digestResponse(
  answer: Pick<DigestAnswer, 'nonce' | 'uri' | 'algorithm' | 'qop' | 'nonceCount' | 'cnonce'>,
  ha1: string,
  method: string,
): string {
  const ha2 = hash(answer.algorithm, `${method}:${answer.uri}`);
  const middle =
    answer.qop === 'auth' ? `${answer.nonce}:${answer.nonceCount}:${answer.cnonce}:auth` : answer.nonce;
  return hash(answer.algorithm, `${ha1}:${middle}:${ha2}`);
}

/**
 * The (Proxy-)Authorization value for the first challenge that we can answer (RFC 8760 §2.4: servers list the strongest
 * first); `undefined` when there is none.
 */
export function answerChallenge(
  challenges: readonly string[],
  request: { readonly method: string; readonly uri: string },
  use: { readonly credentials: Credentials; readonly cnonce: string; readonly nonceCount?: number },
): string | undefined {
  const chosen = challenges.map(parseChallenge).find((each) => each !== undefined);
  if (!chosen) return undefined;
  const nonceCount = (use.nonceCount ?? 1).toString(16).padStart(8, '0');
  const answer = { ...chosen, uri: request.uri, nonceCount, cnonce: use.cnonce };
  const ha1 = digestHa1({ ...use.credentials, realm: chosen.realm, algorithm: chosen.algorithm });
  return formatAnswer({
    ...answer,
    username: use.credentials.username,
    response: digestResponse(answer, ha1, request.method),
  });
}

function formatAnswer(answer: DigestAnswer & { readonly opaque?: string }): string {
  const parts = [
    `username=${quote(answer.username)}`,
    `realm=${quote(answer.realm)}`,
    `nonce=${quote(answer.nonce)}`,
    `uri=${quote(answer.uri)}`,
    `response="${answer.response}"`,
    `algorithm=${answer.algorithm}`,
  ];
  if (answer.qop === 'auth')
    parts.push('qop=auth', `nc=${answer.nonceCount}`, `cnonce=${quote(answer.cnonce)}`);
  if (answer.opaque !== undefined) parts.push(`opaque=${quote(answer.opaque)}`);
  return `Digest ${parts.join(', ')}`;
}

/** An (Proxy-)Authorization value; `undefined` when it lacks a mandatory field or uses what we do not offer. */
export function parseAnswer(value: string): DigestAnswer | undefined {
  const field = fieldsOf(value);
  const algorithm = algorithmOf(field?.('algorithm'));
  if (!field || !algorithm) return undefined;
  const qop = field('qop')?.toLowerCase();
  const mandatory = [
    'username',
    'realm',
    'nonce',
    'uri',
    'response',
    ...(qop === undefined ? [] : ['nc', 'cnonce']),
  ];
  if (mandatory.some((name) => field(name) === undefined) || (qop !== undefined && qop !== 'auth'))
    return undefined;
  const text = (name: string) => field(name) ?? '';
  return {
    username: text('username'),
    realm: text('realm'),
    nonce: text('nonce'),
    uri: text('uri'),
    response: text('response').toLowerCase(),
    algorithm,
    qop: qop ?? 'none',
    nonceCount: text('nc'),
    cnonce: text('cnonce'),
  };
}

/**
 * Whether an answer was made with the password behind `ha1` for this method. Realm, nonce age, nonce count and the
 * meaning of `uri` are the caller's to judge.
 */
export function verifyDigest(
  answer: DigestAnswer,
  use: { readonly ha1: string; readonly method: string },
): boolean {
  const expected = Buffer.from(digestResponse(answer, use.ha1, use.method));
  const given = Buffer.from(answer.response);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
