/** How long a party had the talk on hold: such a time is in no recording of that party's leg. */
import type { Instant } from '../values/ids.js';

export interface HoldChange {
  readonly kind: 'held' | 'resumed';
  readonly at: Instant;
}

/** Of the time between two moments, by all changes in order, earlier ones too; a hold without an end lasts. */
export function heldMs(changes: readonly HoldChange[], from: Instant, to: Instant): number {
  let held = 0;
  let since: Instant | undefined;
  for (const { kind, at } of [...changes, { kind: 'resumed', at: to } as const]) {
    if (kind === 'held') since ??= at;
    else {
      if (since !== undefined) held += Math.max(0, Math.min(at, to) - Math.max(since, from));
      since = undefined;
    }
  }
  return held;
}
