/** Instant forms, fetches of leads and test leads as JSON. */
import { z } from 'zod';
import type { FormReading } from '../../app/tiktok/read-form.js';
import type { TestLeadReport } from '../../app/tiktok/test-lead.js';
import { LEAD_REGIONS, type LeadExport } from '../../domain/tiktok/lead-export.js';
import { isoTime, isoTimeOrNull, optionalTime, time } from './common.js';

export const formReadingSchema = z
  .object({
    form_id: z.string(),
    external_id: z.string(),
    account_id: z.string(),
    title: z.string(),
    status: z.string(),
    seen_at: time,
    changed_at: optionalTime,
    fields: z.array(
      z.object({
        field: z.string(),
        becomes: z.string(),
        by: z.enum(['map', 'alias', 'answer']),
        suggested: z.string().nullable(),
      }),
    ),
    stale: z
      .array(z.string())
      .meta({ description: 'Entries of field_map whose field is no longer on the form' }),
  })
  .meta({ id: 'FormReading' });

export function formReadingJson({
  form,
  source,
  fields,
  stale,
}: FormReading): z.input<typeof formReadingSchema> {
  return {
    form_id: form.id,
    external_id: form.externalId,
    account_id: source.accountId,
    title: source.title,
    status: source.status,
    seen_at: isoTime(source.seenAt),
    changed_at: isoTimeOrNull(source.changedAt),
    fields: fields.map(({ suggested, ...field }) => ({ ...field, suggested: suggested ?? null })),
    stale: [...stale],
  };
}

export const leadExportSchema = z
  .object({
    fetch_id: z.string(),
    form_id: z.string(),
    region: z.enum(LEAD_REGIONS),
    state: z.enum(['asked', 'running', 'done', 'failed']),
    why: z.string().nullable(),
    found: z.number(),
    added: z.number(),
    repeated: z.number(),
    asked_at: time,
    ended_at: optionalTime,
  })
  .meta({ id: 'LeadFetch' });

export function leadExportJson(fetched: LeadExport): z.input<typeof leadExportSchema> {
  const { id, formId, region, state, why, found, added, repeated, askedAt, endedAt } = fetched;
  return {
    ...{ fetch_id: id, form_id: formId, region, state, why: why ?? null, found, added, repeated },
    asked_at: isoTime(askedAt),
    ended_at: isoTimeOrNull(endedAt),
  };
}

export const testLeadSchema = z
  .object({
    result: z.enum(['pushed', 'fetched']),
    external_id: z.string(),
    form_id: z.string(),
    form: z.string(),
    phone: z.enum(['there', 'missing']),
    answers: z.array(z.string()),
  })
  .meta({ id: 'TestLead' });

export function testLeadJson({
  result,
  externalId,
  form,
  phone,
  answers,
}: TestLeadReport): z.input<typeof testLeadSchema> {
  return {
    ...{ result, external_id: externalId, phone, answers: [...answers] },
    ...{ form_id: form.id, form: form.displayName },
  };
}
