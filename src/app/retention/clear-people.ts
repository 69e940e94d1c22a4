/** Part of the sweep: fields that tell of people go when the settings say so. */
import { daysKept, KEPT_FIELDS, type KeptField } from '../../domain/leads/kept-fields.js';
import type { AppContext } from '../context.js';

const DAY_MS = 86_400_000;
/** A lead may become final, and a call be closed, long after it began: so far back is looked again. */
const LATE_MS = 60 * DAY_MS;

export async function clearPeople(context: AppContext): Promise<void> {
  for (const field of KEPT_FIELDS) {
    const days = daysKept(context.config.keepPeopleDays, field);
    if (days > 0) await clearOld(context, field, context.ports.clock.now() - days * DAY_MS);
  }
}

/** What was cleared by an earlier run is not read again: a store of years would be read every hour. */
async function clearOld({ ports }: AppContext, field: KeptField, before: number): Promise<void> {
  const { people, flags } = ports.store;
  const flag = `cleared:${field}`;
  const cleared = Number((await flags.get(flag)) ?? 0);
  await people.clear(field, { from: Math.max(0, cleared - LATE_MS), before });
  await flags.set(flag, String(before));
}
