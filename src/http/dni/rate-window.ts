/** So many a minute by a key, in this process. Bounded: strangers choose the keys. */
import ipaddr from 'ipaddr.js';
import type { Instant } from '../../domain/values/ids.js';

const WINDOW_MS = 60_000;
const MOST_KEYS = 50_000;

export class RateWindow {
  #counts = new Map<string, number>();
  #startedAt = 0;

  /** Counts this one. When more keys came in a minute than are kept, new ones are over: no site has so many visitors. */
  allow(key: string, limit: number, now: Instant): 'allowed' | 'over' {
    if (now - this.#startedAt >= WINDOW_MS) this.#begin(now);
    const count = this.#counts.get(key) ?? 0;
    if (count >= limit || (count === 0 && this.#counts.size >= MOST_KEYS)) return 'over';
    this.#counts.set(key, count + 1);
    return 'allowed';
  }

  get size(): number {
    return this.#counts.size;
  }

  #begin(now: Instant): void {
    this.#counts = new Map();
    this.#startedAt = now;
  }
}

/** One subscriber: an IPv4 address, or the /64 network that a household has in IPv6. */
export function subscriberOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  const network = (address as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
