/** Deals as the API reads and shows them. Rows of a CSV file have the same names and are read by the same schema. */
import { z } from 'zod';
import { DEAL_STATUSES, type Deal, type DealReport } from '../../domain/deals/deal.js';
import { touchName } from '../../domain/leads/aliases.js';
import type { CallId, LeadId, VisitorId } from '../../domain/values/ids.js';
import { parsePhone } from '../../domain/values/phone.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { isoTime, isoTimeOrNull, optionalTime, time } from './common.js';

const text = (longest: number) =>
  z.union([z.string(), z.number()]).transform((value) => String(value).trim().slice(0, longest));
const id = text(64).pipe(z.string().min(1)).optional();

/** A time without a zone would be a guess. */
const moment = z.union([z.string(), z.number()]).transform((written, context) => {
  const seconds = /^\d{10}$/.exec(String(written).trim());
  const at = seconds === null ? Date.parse(String(written)) : Number(seconds[0]) * 1000;
  const zoned = seconds !== null || /(Z|[+-]\d{2}:?\d{2})$/i.test(String(written).trim());
  if (!zoned || Number.isNaN(at))
    context.addIssue({ code: 'custom', message: 'expected ISO-8601 with a zone, or Unix seconds' });
  return at;
});

export const dealBody = z
  .strictObject({
    external_id: text(200)
      .pipe(z.string().min(1))
      .meta({ description: 'Of the CRM; the same again changes the same deal' }),
    status: z.enum(DEAL_STATUSES),
    stage: text(200).optional().meta({ description: 'The CRM’s own word for where it stands' }),
    amount: z.coerce.number().min(0).optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as EUR')
      .optional(),
    at: moment.meta({
      description: 'When it came to this status; an earlier time than the last changes nothing',
    }),
    opened_at: moment.optional().meta({ description: 'When it began; default: `at` of the first report' }),
    project: z.string().optional(),
    phone: text(60).optional().meta({ description: 'With its country, or with `country` beside it' }),
    country: z.string().length(2).optional(),
    call_id: id,
    lead_id: id,
    visitor_id: id,
    ga_client_id: id,
    ym_client_id: id,
    user_id: text(200).optional().meta({ description: 'The site’s own id of a signed-in user' }),
  })
  .refine(({ amount, currency }) => amount === undefined || currency !== undefined, {
    path: ['currency'],
    message: 'an amount needs its currency',
  })
  .meta({ id: 'DealReport' });

/** Also those of a file. */
export const DEAL_COLUMNS: readonly string[] = Object.keys(dealBody.shape);

/** What the CRM left empty it did not say; ids of analytics have other names in other systems (`ga_cid`, `ya_cid`). */
function saidFields(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([, value]) => value !== null && value !== '')
      .map(([name, value]) => [DEAL_COLUMNS.includes(name) ? name : (touchName(name) ?? name), value]),
  );
}

/** Throws Fault `field-invalid` with every field. */
export function dealReport(body: unknown): DealReport {
  const read = dealBody.safeParse(saidFields(body));
  if (!read.success)
    throw refused(
      read.error.issues.map((issue) => ({
        field: issue.path.join('.') || 'body',
        problem: issue.message,
      })),
    );
  const { phone: written, country, ...said } = read.data;
  const phone = written === undefined ? undefined : parsePhone(written, country);
  if (phone?.ok === false)
    throw refused([{ field: 'phone', problem: `${written ?? ''} is no phone number (${phone.why})` }]);
  return {
    externalId: said.external_id,
    status: said.status,
    at: said.at,
    ...present({
      stage: said.stage,
      amount: said.amount,
      currency: said.currency,
      openedAt: said.opened_at,
      project: said.project,
      phone: phone?.e164,
      callId: said.call_id as CallId | undefined,
      leadId: said.lead_id as LeadId | undefined,
      visitorId: said.visitor_id as VisitorId | undefined,
      gaClientId: said.ga_client_id,
      metricaClientId: said.ym_client_id,
      userId: said.user_id,
    }),
  };
}

function refused(fields: readonly { readonly field: string; readonly problem: string }[]): Fault {
  return new Fault('field-invalid', fields.map(({ field, problem }) => `${field}: ${problem}`).join('; '), {
    fields,
  });
}

const optionalText = z.string().nullable();

export const dealSchema = z
  .object({
    deal_id: z.string(),
    external_id: z.string(),
    project: optionalText,
    status: z.enum(DEAL_STATUSES),
    stage: optionalText,
    amount: z.number().nullable(),
    currency: optionalText,
    opened_at: time,
    at: time,
    phone: optionalText,
    call_id: optionalText,
    lead_id: optionalText,
    visitor_id: optionalText,
    ga_client_id: optionalText,
    ym_client_id: optionalText,
    matched_by: z
      .enum(['call', 'lead', 'visitor', 'phone', 'nothing'])
      .meta({ description: 'Which of our facts says where the client came from' }),
    contact_at: optionalTime,
    source: optionalText.meta({ description: 'Of that contact; reports apply their model to its touches' }),
    medium: optionalText,
    campaign: optionalText,
  })
  .meta({ id: 'Deal', description: 'Names of sources and campaigns are texts of strangers' });

export function dealJson(deal: Deal): z.input<typeof dealSchema> {
  return {
    deal_id: deal.id,
    external_id: deal.externalId,
    project: deal.project ?? null,
    status: deal.status,
    stage: deal.stage ?? null,
    amount: deal.amount ?? null,
    currency: deal.currency ?? null,
    opened_at: isoTime(deal.openedAt),
    at: isoTime(deal.at),
    ...clientJson(deal),
    ...matchJson(deal),
  };
}

function clientJson({ phone, callId, leadId, visitorId, gaClientId, metricaClientId }: Deal) {
  return {
    phone: phone ?? null,
    call_id: callId ?? null,
    lead_id: leadId ?? null,
    visitor_id: visitorId ?? null,
    ga_client_id: gaClientId ?? null,
    ym_client_id: metricaClientId ?? null,
  };
}

function matchJson({ matchedBy, contactAt, labels: { source, medium, campaign } }: Deal) {
  return {
    matched_by: matchedBy,
    contact_at: isoTimeOrNull(contactAt),
    source: source ?? null,
    medium: medium ?? null,
    campaign: campaign ?? null,
  };
}
