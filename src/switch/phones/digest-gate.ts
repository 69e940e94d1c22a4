/**
 * The server side of digest authentication for REGISTER (RFC 3261 §22, RFC 8760). Nonces are signed, so that nothing is
 * kept for those who never answer rightly; of the others the count is kept, so that an overheard answer cannot be used
 * again with another Contact. Unknown users and wrong passwords look the same.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Buffer } from 'node:buffer';
import type { Clock } from '../../app/ports/ports.js';
import { algorithmOf, digestResponse, parseDigest, type DigestParameters } from './digest.js';
import type { DigestAlgorithm, RegistrarOptions } from '../options.js';

const NONCE_SECONDS = 300;
/** The password may be right, only the nonce is not: phones try again without asking the user. */
const STALE = ', stale=true';
/** Strongest first (RFC 8760 §2.4). */
const ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256', 'MD5'];
/**
 * Challenges must stand in rows of their own (RFC 3261 §7.3.1), but drachtio-srf joins equal names by a comma. It writes
 * values as they are, though, so the second row travels inside the first one's value.
 */
const NEXT_ROW = '\r\nWWW-Authenticate: ';
/** Stands in for a user that does not exist: the same work is done. */
const NOBODY = 'f'.repeat(64);

export type Verdict =
  | { readonly kind: 'known' }
  /** Value of WWW-Authenticate. */
  | { readonly kind: 'challenge'; readonly value: string }
  | { readonly kind: 'refused' };

export class DigestGate {
  readonly #options: RegistrarOptions;
  readonly #clock: Clock;
  readonly #nonceKey = randomBytes(32);
  readonly #nonceMs: number;
  /** Nonces that were answered rightly, until they are stale. */
  readonly #used = new Map<string, { count: number; readonly cancelExpiry: () => void }>();

  constructor(options: RegistrarOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#nonceMs = (options.nonceSeconds ?? NONCE_SECONDS) * 1000;
  }

  /** `authorization` is the header of the request, '' without one. */
  async judge(user: string, authorization: string, method = 'REGISTER'): Promise<Verdict> {
    const answer = parseDigest(authorization);
    const nonce = answer ? this.#nonceState(answer['nonce'] ?? '') : 'foreign';
    if (!answer || nonce !== 'good') {
      return {
        kind: 'challenge',
        value: await this.#challenge(user, nonce === 'stale' ? STALE : ''),
      };
    }
    const isRight = await this.#verify(user, answer, method);
    if (!isRight || answer['username'] !== user) return { kind: 'refused' };
    if (this.#useUp(answer) === 'used')
      return { kind: 'challenge', value: await this.#challenge(user, STALE) };
    return { kind: 'known' };
  }

  close(): void {
    for (const { cancelExpiry } of this.#used.values()) cancelExpiry();
    this.#used.clear();
  }

  /** RFC 7616 §3.4: each answer to a nonce has a higher count; without a count there is only one. */
  #useUp(answer: DigestParameters): 'fresh' | 'used' {
    const nonce = answer['nonce'] ?? '';
    const count = answer['qop'] === undefined ? 1 : Number.parseInt(answer['nc'] ?? '', 16);
    const used = this.#used.get(nonce);
    if (!(count > (used?.count ?? 0))) return 'used';
    if (used) used.count = count;
    else {
      const cancelExpiry = this.#clock.after(this.#nonceMs, () => this.#used.delete(nonce));
      this.#used.set(nonce, { count, cancelExpiry });
    }
    return 'fresh';
  }

  async #challenge(user: string, stale: '' | typeof STALE): Promise<string> {
    const nonce = this.#newNonce();
    const { realm } = this.#options;
    const algorithms = await this.#algorithmsOf(user);
    return algorithms
      .map(
        (algorithm) =>
          `Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"${stale}`,
      )
      .join(NEXT_ROW);
  }

  /** What this user has a password for; a user that does not exist looks like one who has all. */
  async #algorithmsOf(user: string): Promise<readonly DigestAlgorithm[]> {
    const { realm, credentials } = this.#options;
    const known = await Promise.all(ALGORITHMS.map((algorithm) => credentials(user, realm, algorithm)));
    const usable = ALGORITHMS.filter((_algorithm, index) => known[index] !== undefined);
    return usable.length === 0 ? ALGORITHMS : usable;
  }

  async #verify(user: string, answer: DigestParameters, method: string): Promise<boolean> {
    const algorithm = algorithmOf(answer);
    const { realm, credentials } = this.#options;
    if (!algorithm || answer['realm'] !== realm) return false;
    const ha1 = await credentials(user, realm, algorithm);
    return (
      equal(expectedResponse(algorithm, ha1 ?? NOBODY, { ...answer, method }), answer['response'] ?? '') &&
      ha1 !== undefined
    );
  }

  #newNonce(): string {
    const body = `${this.#clock.now().toString(36)}.${randomBytes(9).toString('base64url')}`;
    return `${body}.${this.#sign(body)}`;
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#nonceKey).update(body).digest('base64url').slice(0, 22);
  }

  #nonceState(nonce: string): 'good' | 'stale' | 'foreign' {
    const body = nonce.slice(0, nonce.lastIndexOf('.'));
    if (!equal(nonce, `${body}.${this.#sign(body)}`)) return 'foreign';
    const ageMs = this.#clock.now() - Number.parseInt(body, 36);
    return ageMs <= this.#nonceMs ? 'good' : 'stale';
  }
}

function expectedResponse(algorithm: DigestAlgorithm, ha1: string, answer: DigestParameters): string {
  const text = (name: string) => answer[name] ?? '';
  const qop = answer['qop'] && { name: text('qop'), nc: text('nc'), cnonce: text('cnonce') };
  return digestResponse({
    algorithm,
    ha1,
    method: text('method'),
    uri: text('uri'),
    nonce: text('nonce'),
    ...(qop && { qop }),
  });
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
