/** How many leases each project gave in this minute: more than people ask for is a machine that empties the pool. */
import type { Instant } from '../../domain/values/ids.js';

const MINUTE_MS = 60_000;

export class LeaseRates {
  private minuteAt: Instant = 0;
  private readonly counts = new Map<string, number>();

  /** Counts one more, unless the project had its share. */
  allow(project: string, perMinute: number, now: Instant): 'allowed' | 'too-many' {
    const minuteAt = now - (now % MINUTE_MS);
    if (minuteAt !== this.minuteAt) this.counts.clear();
    this.minuteAt = minuteAt;
    const count = this.counts.get(project) ?? 0;
    if (count >= perMinute) return 'too-many';
    this.counts.set(project, count + 1);
    return 'allowed';
  }
}
