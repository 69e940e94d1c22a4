/**
 * The body of POST /v1/leads as a LeadDraft. Sites post what their form happens to hold, so the names of
 * domain/leads/aliases.ts are understood, and every field that is nobody's becomes an answer of the lead.
 */
import { z } from 'zod';
import { leadField, touchName, type LeadField } from '../domain/leads/aliases.js';
import { callTimeOf } from '../domain/leads/call-time.js';
import { clientNameOf } from '../domain/leads/client-name.js';
import { LEAD_KINDS, type Consent, type LeadAnswer, type LeadDraft } from '../domain/leads/lead.js';
import { present } from '../domain/values/present.js';
import type { ConnectionId, FormId, SessionId, VisitorId } from '../domain/values/ids.js';
import { Fault, type FieldProblem } from '../errors.js';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const texts = z.record(z.string(), text);
const LONGEST_VALUE = 4000;
const consentObject = z.strictObject({
  text: z.string().min(1).max(LONGEST_VALUE),
  given_at: z.iso.datetime({ offset: true }).optional(),
  source: z.string().max(LONGEST_VALUE).optional(),
});

/** Fields with a meaning of their own; aliases and answers come beside them. */
const known = z.object({
  kind: z.enum(LEAD_KINDS).default('form'),
  connection_id: z.string().min(1).max(64).optional(),
  form_id: z.string().min(1).max(64).optional(),
  external_id: text.pipe(z.string().max(200)).optional(),
  time_zone: z.string().max(64).optional(),
  visitor_id: z.string().min(1).max(64).optional(),
  campaign: text.optional(),
  ad_group: text.optional(),
  ad: text.optional(),
  fill_seconds: z.coerce.number().min(0).max(1e7).optional(),
  consent: z.union([z.string().min(1).max(LONGEST_VALUE), consentObject]).optional(),
  test: z.union([z.boolean(), z.enum(['yes', 'no', 'true', 'false', '1', '0'])]).optional(),
  answers: z.union([texts, z.array(z.object({ field: z.string(), value: text })), z.string()]).optional(),
  utm: texts.optional(),
  touch: texts.optional(),
});
type Known = z.output<typeof known>;
const KNOWN_NAMES = new Set(Object.keys(known.shape));

const TRUE = new Set<unknown>([true, 'yes', 'true', '1']);
interface Sorted {
  readonly named: Partial<Record<LeadField, string>>;
  readonly touch: Record<string, string>;
  readonly answers: LeadAnswer[];
}

/** Whatever a form posted, as text; undefined when there is nothing in it. */
function asText(value: unknown): string | undefined {
  const plain = text.safeParse(value);
  const written = plain.success ? plain.data : JSON.stringify(value ?? '');
  return written.trim() === '' || written === '""' ? undefined : written.slice(0, LONGEST_VALUE);
}

/** Each free field to the lead, its touch or its answers; the first filled alias wins. */
function sortFields(body: Readonly<Record<string, unknown>>): Sorted {
  const sorted: Sorted = { named: {}, touch: {}, answers: [] };
  for (const [name, raw] of Object.entries(body)) {
    const value = asText(raw);
    if (KNOWN_NAMES.has(name) || value === undefined) continue;
    const field = leadField(name);
    const touch = touchName(name);
    if (field !== undefined) sorted.named[field] ??= value;
    else if (touch !== undefined) sorted.touch[touch] ??= value;
    else sorted.answers.push({ field: name, value });
  }
  return sorted;
}

function answersOf(answers: Known['answers']): LeadAnswer[] {
  if (answers === undefined) return [];
  if (typeof answers === 'string') return [{ field: 'answers', value: answers }];
  return Array.isArray(answers)
    ? answers
    : Object.entries(answers).map(([field, value]) => ({ field, value }));
}

function utmOf(utm: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(utm).map(([name, value]) => [name.startsWith('utm_') ? name : `utm_${name}`, value]),
  );
}

function callAtOf(written: string | undefined): { readonly at?: number; readonly problem?: FieldProblem } {
  if (written === undefined) return {};
  const at = callTimeOf(written);
  return at !== undefined
    ? { at }
    : { problem: { field: 'call_at', problem: 'expected ISO-8601 with a zone, or Unix seconds' } };
}

function problemsOf(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join('.'), problem: issue.message }));
}

/** Throws Fault `body-malformed` (not an object) or `field-invalid` with every field that cannot be used. */
export function draftOfBody(body: unknown): LeadDraft {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Fault('body-malformed', 'the body must be an object of fields');
  const read = known.safeParse(body);
  const sorted = sortFields(body as Record<string, unknown>);
  const callAt = callAtOf(sorted.named.call_at);
  const problems = [
    ...(read.success ? [] : problemsOf(read.error)),
    ...(callAt.problem === undefined ? [] : [callAt.problem]),
  ];
  if (!read.success || problems.length > 0)
    throw new Fault(
      'field-invalid',
      problems.map(({ field, problem }) => `${field}: ${problem}`).join('; '),
      { fields: problems },
    );
  return draftOf(read.data, sorted, callAt.at);
}

/** A text alone says what was agreed to; when and where are then those of the lead. */
function consentOf(given: Known['consent']): Consent | undefined {
  if (given === undefined || typeof given === 'string') return given === undefined ? given : { text: given };
  const { text: agreed, given_at: at, source } = given;
  return { text: agreed, ...present({ givenAt: at === undefined ? at : Date.parse(at), source }) };
}

function draftOf(fields: Known, { named, touch, answers }: Sorted, callAt: number | undefined): LeadDraft {
  return {
    source: 'api',
    kind: fields.kind,
    answers: [
      ...answersOf(fields.answers),
      ...(named.form === undefined ? [] : [{ field: 'form', value: named.form }]),
      ...answers,
    ],
    touch: { ...utmOf(fields.utm), ...fields.touch, ...touch },
    ...present({
      connectionId: fields.connection_id as ConnectionId | undefined,
      formId: fields.form_id as FormId | undefined,
      externalId: fields.external_id,
      visitorId: fields.visitor_id as VisitorId | undefined,
      sessionId: touch['session_id']?.slice(0, 64) as SessionId | undefined,
      timeZone: fields.time_zone,
      campaign: fields.campaign,
      adGroup: fields.ad_group,
      ad: fields.ad,
      rawPhone: named.phone,
      clientName: clientNameOf(named),
      email: named.email,
      country: named.country?.toUpperCase(),
      locale: named.locale,
      group: named.group,
      callAt,
      clientAddress: touch['ip'],
      fillSeconds: fields.fill_seconds,
      consent: consentOf(fields.consent),
      test: TRUE.has(fields.test) ? ('yes' as const) : undefined,
    }),
  };
}
