/** Pieces that several resources share: times, ids, cursor pages, the problem document. JSON is snake_case, times ISO-8601 UTC. */
import { z } from 'zod';
import type { Page } from '../../app/ports/store.js';
import { localTime } from '../../domain/schedule/keyed-time.js';
import type { Instant } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';

export const time = z.iso.datetime().meta({ examples: ['2026-11-22T09:00:00.000Z'] });
export const optionalTime = time.nullable();

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    remedy: z.string(),
    fields: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
    message: z.string().optional().meta({ description: 'Only at hooks whose vendor shows it to people' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document; `code` is stable' });

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z.string().optional(),
});

export const idParams = z.object({ id: z.string().min(1).max(64) });

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

export function isoTimeOrNull(at: Instant | undefined): string | null {
  return at === undefined ? null : isoTime(at);
}

/** Throws Fault `field-invalid` for a zone that there is not. */
export function zoneNamed(timeZone: string): string {
  try {
    localTime(0, timeZone);
    return timeZone;
  } catch {
    throw new Fault('field-invalid', `there is no time zone ${timeZone}`, {
      fields: [{ field: 'time_zone', problem: 'expected a name such as Europe/Berlin' }],
    });
  }
}

export function instantOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

export function pageJson<T, J>(
  page: Page<T>,
  toJson: (item: T) => J,
): { items: J[]; next_cursor: string | null } {
  return { items: page.items.map(toJson), next_cursor: page.nextCursor ?? null };
}
