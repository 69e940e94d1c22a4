/**
 * Digest access authentication for SIP (RFC 3261 §22, RFC 7616, RFC 8760): MD5 and SHA-256, qop=auth. Used as a client
 * towards trunks (drachtio-srf knows only MD5) and as a server by the registrar. Pure but for the hash.
 */
import { createHash } from 'node:crypto';
import type { DigestAlgorithm } from '../options.js';

export type DigestParameters = Readonly<Partial<Record<string, string>>>;

const HASHES: Readonly<Record<DigestAlgorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

function digest(algorithm: DigestAlgorithm, text: string): string {
  return createHash(HASHES[algorithm]).update(text).digest('hex');
}

/** `undefined` for algorithms we do not speak. A missing one means MD5. */
export function algorithmOf(parameters: DigestParameters): DigestAlgorithm | undefined {
  const name = (parameters['algorithm'] ?? 'MD5').toUpperCase();
  return name === 'MD5' || name === 'SHA-256' ? name : undefined;
}

/** Parameters of one `Digest …` value, names in lower case, quotes removed. */
export function parseDigest(value: string): DigestParameters | undefined {
  if (!/^\s*digest\s/i.test(value)) return undefined;
  const parameters: Record<string, string> = {};
  for (const [, name, quoted, bare] of value.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    if (name !== undefined) parameters[name.toLowerCase()] = quoted ?? bare ?? '';
  }
  return parameters;
}

/** All challenges of a header; repeated headers arrive joined by commas. */
export function parseChallenges(header: string): DigestParameters[] {
  return header
    .split(/,\s*(?=digest\s)/i)
    .map(parseDigest)
    .filter((challenge) => challenge !== undefined);
}

export function ha1Of(algorithm: DigestAlgorithm, user: string, realm: string, password: string): string {
  return digest(algorithm, `${user}:${realm}:${password}`);
}

export interface DigestInputs {
  readonly algorithm: DigestAlgorithm;
  readonly ha1: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  /** Absent: RFC 2069 style without qop. */
  readonly qop?: { readonly name: string; readonly nc: string; readonly cnonce: string };
}

export function digestResponse(inputs: DigestInputs): string {
  const { algorithm, ha1, nonce, qop } = inputs;
  const ha2 = digest(algorithm, `${inputs.method}:${inputs.uri}`);
  const middle = qop ? `${nonce}:${qop.nc}:${qop.cnonce}:${qop.name}` : nonce;
  return digest(algorithm, `${ha1}:${middle}:${ha2}`);
}

export interface ChallengeAnswer {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly cnonce: string;
}

/** Value of (Proxy-)Authorization for the strongest challenge we can answer; `undefined` when there is none. */
export function answerChallenges(header: string, answer: ChallengeAnswer): string | undefined {
  const known = parseChallenges(header).filter((each) => algorithmOf(each) !== undefined);
  const challenge = known.find((each) => algorithmOf(each) === 'SHA-256') ?? known[0];
  return challenge && authorization(challenge, answer);
}

function authorization(challenge: DigestParameters, answer: ChallengeAnswer): string {
  const algorithm = algorithmOf(challenge) ?? 'MD5';
  const { realm = '', nonce = '', opaque } = challenge;
  const offersAuth = (challenge['qop'] ?? '').split(',').some((each) => each.trim() === 'auth');
  const qop = offersAuth ? { name: 'auth', nc: '00000001', cnonce: answer.cnonce } : undefined;
  const ha1 = ha1Of(algorithm, answer.username, realm, answer.password);
  const response = digestResponse({
    algorithm,
    ha1,
    method: answer.method,
    uri: answer.uri,
    nonce,
    ...(qop && { qop }),
  });
  return [
    `Digest username="${answer.username}"`,
    `realm="${realm}"`,
    `nonce="${nonce}"`,
    `uri="${answer.uri}"`,
    `response="${response}"`,
    `algorithm=${algorithm}`,
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
    ...(qop ? [`qop=auth`, `nc=${qop.nc}`, `cnonce="${qop.cnonce}"`] : []),
  ].join(', ');
}
