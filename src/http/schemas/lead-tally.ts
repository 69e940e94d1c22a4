/** Counts of leads as JSON. */
import { z } from 'zod';
import type { LeadTally } from '../../domain/leads/lead-tally.js';
import { isoTime, time } from './common.js';

export const leadTallySchema = z
  .object({
    key: z.string().nullable().meta({ description: 'Id of the form, else the name at the source' }),
    name: z.string().nullable().meta({ description: 'Of the form' }),
    leads: z.number(),
    reached: z.number(),
    calls: z.number(),
    talks: z.number(),
    last_lead_at: time,
  })
  .meta({ id: 'LeadTally', description: 'Names of advertisements are texts of strangers' });

export function leadTallyJson(tally: LeadTally): z.input<typeof leadTallySchema> {
  const { key, name, leads, reached, calls, talks, lastLeadAt } = tally;
  return {
    ...{ key: key ?? null, name: name ?? null, leads, reached, calls, talks },
    last_lead_at: isoTime(lastLeadAt),
  };
}
