/** When a client asked to be called, as sites write it. */
import { z } from 'zod';
import type { Instant } from '../values/ids.js';

/** ISO-8601 with a zone, or Unix seconds; undefined for the rest: a time without a zone would be a guess. */
export function callTimeOf(written: string): Instant | undefined {
  if (/^\d{10}$/.test(written)) return Number(written) * 1000;
  const time = z.iso.datetime({ offset: true }).safeParse(written);
  return time.success ? Date.parse(time.data) : undefined;
}
