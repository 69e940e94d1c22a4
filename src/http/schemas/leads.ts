/** Leads as JSON. */
import { z } from 'zod';
import type { Attempt, Lead } from '../../domain/leads/lead.js';
import { LEAD_KINDS } from '../../domain/leads/lead.js';
import { reasonText } from '../../domain/leads/reason-texts.js';
import { isoTime, isoTimeOrNull, optionalTime, pageQuery, time } from './common.js';

/** Answer to POST /v1/leads. */
export const leadAcceptedSchema = z
  .object({
    lead_id: z.string(),
    status: z.enum(['queued', 'deferred', 'duplicate', 'blocked', 'no-phone', 'not-dialled', 'quarantined']),
    will_call_at: optionalTime,
    reason: z.object({ code: z.string(), text: z.string() }),
  })
  .meta({ id: 'LeadAccepted' });

export const leadSchema = z
  .object({
    lead_id: z.string(),
    received_at: time,
    source: z.string(),
    kind: z.enum(LEAD_KINDS),
    status: z.string(),
    reason: z.object({ code: z.string(), text: z.string() }),
    will_call_at: optionalTime,
    phone: z.string().nullable(),
    raw_phone: z.string().nullable(),
    client_name: z.string().nullable(),
    email: z.string().nullable(),
    connection_id: z.string().nullable(),
    form_id: z.string().nullable(),
    form_name: z.string().nullable(),
    external_id: z.string().nullable(),
    campaign: z.string().nullable(),
    ad_group: z.string().nullable(),
    ad: z.string().nullable(),
    touch: z.record(z.string(), z.string()),
    answers: z.array(z.object({ field: z.string(), value: z.string() })),
    duplicate_of: z.string().nullable(),
    policy: z.string().nullable(),
    follow_up_of: z.string().nullable(),
    client_address: z.string().nullable(),
    fill_seconds: z.number().nullable(),
    gate_note: z.string().nullable().meta({ description: 'Which rule of the gate struck, and how' }),
    consent: z.object({ text: z.string(), given_at: optionalTime, source: z.string().nullable() }).nullable(),
    finished_at: optionalTime,
  })
  .meta({ id: 'Lead' });

export const attemptSchema = z
  .object({
    attempt_id: z.string(),
    number: z.number(),
    state: z.string(),
    call_id: z.string().nullable(),
    started_at: time,
    ended_at: optionalTime,
    disposition: z.string().nullable(),
    client_rung: z.enum(['yes', 'no', 'unknown']).nullable(),
    next_attempt_at: optionalTime,
  })
  .meta({ id: 'Attempt' });

export const leadListQuery = pageQuery.extend({
  status: z.string().optional(),
  form_id: z.string().optional(),
  connection_id: z.string().optional(),
  phone: z.string().optional(),
  from: time.optional(),
  to: time.optional(),
});

/** Without a locale in English: for the admin's own pages and programs. */
export function reasonJson(code: Lead['reason'], locale?: string): { code: string; text: string } {
  return { code, text: reasonText(code, locale) };
}

export function leadJson(lead: Lead): z.input<typeof leadSchema> {
  return {
    lead_id: lead.id,
    received_at: isoTime(lead.receivedAt),
    source: lead.source,
    kind: lead.kind,
    status: lead.status,
    reason: reasonJson(lead.reason),
    will_call_at: isoTimeOrNull(lead.willCallAt),
    ...contactJson(lead),
    ...originJson(lead),
    touch: lead.touch,
    answers: [...lead.answers],
    duplicate_of: lead.duplicateOf ?? null,
    policy: lead.policy ?? null,
    ...gateJson(lead),
    finished_at: isoTimeOrNull(lead.finishedAt),
  };
}

function gateJson({ followUpOf, clientAddress, fillSeconds, gateNote, consent }: Lead) {
  return {
    follow_up_of: followUpOf ?? null,
    client_address: clientAddress ?? null,
    fill_seconds: fillSeconds ?? null,
    gate_note: gateNote ?? null,
    consent: consent
      ? {
          text: consent.text,
          given_at: isoTimeOrNull(consent.givenAt),
          source: consent.source ?? null,
        }
      : null,
  };
}

function contactJson(lead: Lead) {
  return {
    phone: lead.phone ?? null,
    raw_phone: lead.rawPhone ?? null,
    client_name: lead.clientName ?? null,
    email: lead.email ?? null,
  };
}

function originJson(lead: Lead) {
  return {
    connection_id: lead.connectionId ?? null,
    form_id: lead.formId ?? null,
    form_name: lead.formName ?? null,
    external_id: lead.externalId ?? null,
    campaign: lead.campaign ?? null,
    ad_group: lead.adGroup ?? null,
    ad: lead.ad ?? null,
  };
}

export function attemptJson(attempt: Attempt): z.input<typeof attemptSchema> {
  return {
    attempt_id: attempt.id,
    number: attempt.number,
    state: attempt.state,
    call_id: attempt.callId ?? null,
    started_at: isoTime(attempt.startedAt),
    ended_at: isoTimeOrNull(attempt.endedAt),
    disposition: attempt.disposition ?? null,
    client_rung: attempt.clientRung ?? null,
    next_attempt_at: isoTimeOrNull(attempt.nextAttemptAt),
  };
}
