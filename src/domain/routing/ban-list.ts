/**
 * Addresses that are not answered any more: scanners try numbers until one passes, and every answer encourages them. A ban
 * ends by itself. Who may never be banned (trunks, registered phones: their addresses can be forged) is the caller's
 * business. Time comes as an argument.
 */
import type { Instant } from '../values/ids.js';

export interface BanTerms {
  /** So many refused calls within the window. */
  readonly strikes: number;
  readonly windowMs: number;
  readonly banMs: number;
}

export const BAN_TERMS: BanTerms = { strikes: 5, windowMs: 60_000, banMs: 600_000 };

interface Entry {
  readonly strikes: readonly Instant[];
  readonly bannedUntil: Instant;
}

/** Forged sources are many: more than this are not kept, the oldest go. */
const MOST_ADDRESSES = 10_000;
/** User agents that call themselves scanners. */
const SCANNERS = /friendly-scanner|sipvicious|sipcli|sip-scan|sundayddr|pplsip|vaxsipuseragent|iwar/i;

export function isScanner(userAgent: string | undefined): boolean {
  return userAgent !== undefined && SCANNERS.test(userAgent);
}

export class BanList {
  readonly #terms: BanTerms;
  readonly #entries = new Map<string, Entry>();

  constructor(terms: BanTerms = BAN_TERMS) {
    this.#terms = terms;
  }

  isBanned(address: string, now: Instant): boolean {
    return (this.#entries.get(address)?.bannedUntil ?? 0) > now;
  }

  /** A refused call. Answers whether it was the last one that is answered. */
  strike(address: string, now: Instant): 'counted' | 'banned' {
    const { strikes, windowMs, banMs } = this.#terms;
    const before = this.#entries.get(address)?.strikes ?? [];
    const recent = [...before.filter((at) => at > now - windowMs), now];
    const banned = recent.length >= strikes;
    this.#put(
      address,
      banned ? { strikes: [], bannedUntil: now + banMs } : { strikes: recent, bannedUntil: 0 },
    );
    return banned ? 'banned' : 'counted';
  }

  ban(address: string, now: Instant): void {
    this.#put(address, { strikes: [], bannedUntil: now + this.#terms.banMs });
  }

  /** The latest at the end: the oldest goes first. */
  #put(address: string, entry: Entry): void {
    this.#entries.delete(address);
    this.#entries.set(address, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_ADDRESSES && oldest !== undefined) this.#entries.delete(oldest);
  }
}
