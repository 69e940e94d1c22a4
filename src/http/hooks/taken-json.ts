/** What became of a push, entry by entry, as JSON. */
import { z } from 'zod';
import type { TakenPush } from '../../app/leads/taken-lead.js';
import type { PushResult } from '../../domain/leads/lead.js';
import { isoTimeOrNull, optionalTime } from '../schemas/common.js';
import { reasonJson } from '../schemas/leads.js';

export const resultSchema = z.object({
  external_id: z.string().nullable(),
  result: z.string(),
  lead_id: z.string().nullable(),
  why: z.string().nullable(),
  status: z.string().nullable(),
  will_call_at: optionalTime,
  reason: z.object({ code: z.string(), text: z.string() }).nullable(),
});

export const takenSchema = z
  .object({ push_id: z.string(), results: z.array(resultSchema) })
  .meta({ id: 'TakenPush' });
export type TakenJson = z.input<typeof takenSchema>;

/** Entries that are leads are answered as `POST /v1/leads` would answer them. */
export function resultJson({
  externalId,
  result,
  leadId,
  why,
  answer,
}: PushResult): z.input<typeof resultSchema> {
  return {
    external_id: externalId ?? null,
    result,
    lead_id: leadId ?? null,
    why: why ?? null,
    status: answer?.status ?? null,
    will_call_at: isoTimeOrNull(answer?.willCallAt),
    reason: answer === undefined ? null : reasonJson(answer.reason, answer.locale),
  };
}

export function takenJson({ pushId, results }: TakenPush): TakenJson {
  return { push_id: pushId, results: results.map(resultJson) };
}
