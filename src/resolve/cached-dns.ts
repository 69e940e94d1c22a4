/**
 * DNS answers kept for as long as they say, misses for a short while (RFC 2308), one question at a time for each name. A
 * server that fails does not take a carrier away that was found before: the old answer serves on (RFC 8767).
 */
import type { Dns, DnsAnswer, DnsTypes } from './dns.js';

export interface CacheOptions {
  readonly now: () => number;
  readonly missMs?: number;
  readonly failureMs?: number;
  /** More names than this: the oldest are forgotten. */
  readonly capacity?: number;
}

interface Entry {
  readonly answer: DnsAnswer<unknown>;
  readonly until: number;
}

const LONGEST_MS = 3_600_000;
const DEFAULTS = { missMs: 30_000, failureMs: 5000, capacity: 1000 };

export class CachedDns implements Dns {
  readonly #dns: Dns;
  readonly #options: Required<CacheOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #asking = new Map<string, Promise<DnsAnswer<unknown>>>();

  constructor(dns: Dns, options: CacheOptions) {
    this.#dns = dns;
    this.#options = { ...DEFAULTS, ...options };
  }

  async query<T extends keyof DnsTypes>(type: T, name: string): Promise<DnsAnswer<DnsTypes[T]>> {
    const key = `${type} ${name.toLowerCase()}`;
    const entry = this.#entries.get(key);
    const answer =
      entry !== undefined && entry.until > this.#options.now()
        ? entry.answer
        : await this.#ask(key, () => this.#dns.query(type, name));
    return answer as DnsAnswer<DnsTypes[T]>;
  }

  #ask(key: string, ask: () => Promise<DnsAnswer<unknown>>): Promise<DnsAnswer<unknown>> {
    const asking = this.#asking.get(key);
    if (asking !== undefined) return asking;
    const asked = ask()
      .then((answer) => this.#keep(key, answer))
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asked);
    return asked;
  }

  #keep(key: string, fresh: DnsAnswer<unknown>): DnsAnswer<unknown> {
    const { now, capacity } = this.#options;
    const before = this.#entries.get(key)?.answer;
    const answer = fresh.kind === 'failed' && before?.kind === 'records' ? before : fresh;
    this.#entries.delete(key);
    this.#entries.set(key, { answer, until: now() + this.#termOf(fresh) });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > capacity && oldest !== undefined) this.#entries.delete(oldest);
    return answer;
  }

  #termOf(answer: DnsAnswer<unknown>): number {
    if (answer.kind === 'records') return Math.min(LONGEST_MS, answer.ttlSeconds * 1000);
    return answer.kind === 'none' ? this.#options.missMs : this.#options.failureMs;
  }
}
