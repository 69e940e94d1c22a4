/**
 * Google Analytics 4, Measurement Protocol (developers.google.com/analytics/devguides/collection/protocol/ga4). Its answer
 * is 204 whatever the payload, so everything is checked here first; tests go to the validator, which records nothing.
 */
import type { SourceLabels } from '../../numbers/tracked-number.js';
import { present } from '../../values/present.js';
import { jsonOf, listOf, objectOf, troubleOf } from '../answers.js';
import { oneByOne, type Kind, type Talk, type Told, type Tools } from '../conversation.js';
import type { Ga4, ToldEvent } from '../destination.js';
import type { Occasion } from '../occasion.js';

/** Reference, “Limitations”. */
const LONGEST_PAST_MS = 72 * 3_600_000;
const LONGEST_VALUE = 100;

export const GA4_NAMES: Readonly<Partial<Record<ToldEvent, string>>> = {
  'call.started': 'phone_call_start',
  'call.bridged': 'phone_call_answered',
  'call.ended': 'phone_call',
  'call.missed': 'phone_call_missed',
  'call.marked': 'phone_call_marked',
  'key.pressed': 'phone_call_key',
  'lead.received': 'generate_lead',
  'lead.reached': 'qualify_lead',
  'lead.unreached': 'lead_unreached',
  'deal.changed': 'purchase',
};

/** Names of events: 40 letters, digits and underscores, the first a letter; these beginnings and names are Google's own. */
export function ga4NameProblem(name: string): string | undefined {
  if (!/^[a-z][a-z0-9_]{0,39}$/i.test(name)) return 'use at most 40 letters, digits and underscores';
  if (/^(_|firebase_|ga_|google_|gtag\.)/i.test(name)) return 'this beginning is reserved by Google';
  return RESERVED.includes(name) ? 'this name is reserved by Google' : undefined;
}
const RESERVED = [
  'session_start',
  'first_visit',
  'user_engagement',
  'first_open',
  'app_update',
  'app_remove',
];

type Params = Readonly<Record<string, string | number>>;

interface Ga4Event {
  readonly name: string;
  readonly params: Params;
}

interface Ga4Body {
  readonly client_id: string;
  readonly user_id?: string;
  readonly timestamp_micros: number;
  readonly events: readonly Ga4Event[];
  readonly user_data?: { readonly sha256_phone_number: readonly string[] };
}

/** A reason when it cannot be told. */
function ga4Body(destination: Ga4, occasion: Occasion, hash: Tools['hash']): Ga4Body | string {
  const { ids, at, now } = occasion;
  if (now - at > LONGEST_PAST_MS) return 'it is older than the 72 hours that Google takes';
  const pseudonym = ids.gaClientId === undefined ? pseudonymOf(destination, occasion, hash) : undefined;
  const clientId = ids.gaClientId ?? pseudonym;
  if (clientId === undefined) return 'no GA client id is known';
  const told: Ga4Event = { name: nameOf(destination, occasion), params: paramsOf(occasion) };
  return {
    client_id: clientId,
    ...present({ user_id: ids.userId }),
    timestamp_micros: at * 1000,
    events: pseudonym === undefined ? [told] : underPseudonym(told, occasion),
    ...userData(destination, occasion, hash),
  };
}

function nameOf({ on }: Ga4, { event }: Occasion): string {
  return on[event] ?? event;
}

function userData(
  { userData: wanted }: Ga4,
  { phone }: Occasion,
  hash: Tools['hash'],
): Pick<Ga4Body, 'user_data'> {
  return wanted === 'none' || phone === undefined
    ? {}
    : { user_data: { sha256_phone_number: [hash(phone)] } };
}

/** Google knows nothing of where a made-up client came from. */
function underPseudonym({ name, params }: Ga4Event, { source }: Occasion): readonly Ga4Event[] {
  const told = { name, params: { ...params, pseudonymous: 1 } };
  if (source.source === undefined) return [told];
  return [{ name: 'campaign_details', params: { ...labelsOf(source), engagement_time_msec: 1 } }, told];
}

/** Shaped like one of Google's, and always the same for one phone. */
function pseudonymOf({ withoutClientId }: Ga4, { phone }: Occasion, hash: Tools['hash']): string | undefined {
  if (withoutClientId === 'skip' || phone === undefined) return undefined;
  const digits = (from: number): number => Number.parseInt(hash(`ga4 ${phone}`).slice(from, from + 8), 16);
  return `${digits(0)}.${digits(8)}`;
}

function labelsOf({ source, medium, campaign, content, term }: SourceLabels): Params {
  return cut(present({ source, medium, campaign, content, term }));
}

/** At most 25; `engagement_time_msec` and `session_id` put the event into the visitor's session. */
function paramsOf(occasion: Occasion): Params {
  const { ids, project, keys, call, lead, deal } = occasion;
  return cut({
    engagement_time_msec: 1,
    ...present({ session_id: ids.gaSessionId, project, key: keys?.at(-1), event_id: occasion.id }),
    ...labelsOf(occasion.source),
    ...(call === undefined
      ? {}
      : present({
          call_id: call.id,
          direction: call.direction,
          talk_seconds: call.talkSeconds,
          wait_seconds: call.waitSeconds,
          disposition: call.disposition,
          mark: call.mark,
          target: call.target,
          first_call: call.first,
        })),
    ...(lead === undefined ? {} : present({ lead_id: lead.id, form: lead.form })),
    ...(deal === undefined
      ? {}
      : present({
          transaction_id: deal.externalId,
          value: deal.amount,
          currency: deal.currency,
          stage: deal.stage,
        })),
  });
}

function cut(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, LONGEST_VALUE) : value,
    ]),
  );
}

function* tell(destination: Ga4, { occasion }: Told, { hash, secrets, mode }: Tools): Talk {
  const body = ga4Body(destination, occasion, hash);
  if (typeof body === 'string') return { kind: 'skipped', why: body };
  const path = mode === 'test' ? '/debug/mp/collect' : '/mp/collect';
  const secret = secrets[destination.apiSecretRef] ?? '';
  const answer = yield {
    request: {
      what: mode === 'test' ? 'ask the validator' : 'tell the event',
      method: 'POST',
      url: `${destination.url}${path}?measurement_id=${encodeURIComponent(destination.measurementId)}&api_secret=${encodeURIComponent(secret)}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    assumed: mode === 'test' ? { validationMessages: [] } : '',
  };
  const trouble = troubleOf(answer);
  if (trouble !== undefined) return trouble;
  const problems = listOf(jsonOf(answer)['validationMessages']).map(messageOf);
  return problems.length === 0
    ? { kind: 'delivered' }
    : { kind: 'dead', why: `the validator says: ${problems.join('; ')}` };
}

function messageOf(message: unknown): string {
  const { fieldPath, description, validationCode } = objectOf(message);
  return [fieldPath, validationCode, description].filter((part) => typeof part === 'string').join(' ');
}

export const GA4: Kind<Ga4> = {
  secretsOf: ({ apiSecretRef }) => [apiSecretRef],
  subjectOf: (_, { id }) => id,
  converse: (destination, told, tools) => oneByOne(told, (one) => tell(destination, one, tools)),
};
