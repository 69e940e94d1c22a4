/** Schema of the telephony that PBX admins own: trunks, operators, groups, hours, callbacks, webhooks. */
import { z } from 'zod';
import { CHANNELS } from '../domain/attribution/classify-channel.js';
import { CLICK_IDS } from '../domain/attribution/touch.js';
import { RING_STRATEGIES, type RetryDelay } from '../domain/routing/telephony.js';
import { parseDuration, parseTimeOfDay } from '../domain/values/duration.js';
import { destinationSchema } from './destination-schema.js';
import { gateSchema } from './gate-schema.js';
import { e164, name } from './names.js';
import { policyKeysField } from '../domain/dialplan/live-keys.js';
import { secretRef, seconds } from './fields.js';
import { numberingShape, poolSchema } from './tracking-schema.js';
import { routingSchema, trunkSchema } from './trunk-schema.js';

const interval = z.string().transform((text, context) => {
  const [from, to] = text.split('-').map((part) => parseTimeOfDay(part.trim()));
  if (from === undefined || to === undefined || from >= to) {
    context.addIssue({ code: 'custom', message: 'expected an interval such as 09:00-18:00' });
    return { from: 0, to: 0 };
  }
  return { from, to };
});
const intervals = z.union([
  z.literal('closed').transform(() => []),
  z.array(interval),
  interval.transform((one) => [one]),
]);

const deviceSchema = z.union([
  z.strictObject({ phone: name.meta({ description: 'SIP user that registers with us' }) }),
  z.strictObject({ uri: z.string().regex(/^sips?:/) }),
  z.strictObject({ number: e164, trunk: name.optional() }),
]);

/** Zones are checked here: an unknown one would be found when the first lead asks what time it is. */
const timeZone = z.string().refine(isZone, 'is no IANA time zone, for example Europe/Moscow');

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}

export const operatorSchema = z.strictObject({
  displayName: z.string().optional(),
  devices: z
    .array(deviceSchema)
    .default([])
    .meta({ description: 'Rung together; default: a phone registered under the operator’s name' }),
  locale: z.string().optional(),
  skills: z.array(name).optional().meta({ description: 'Tags a policy may ask for: languages, products' }),
  ring: seconds.optional().meta({ description: 'Instead of the group’s time' }),
  weight: z.number().positive().optional().meta({ description: 'strategy weighted; default 1' }),
  hours: name.optional().meta({ description: 'On duty only within these hours, in the group’s zone' }),
  extension: z
    .string()
    .regex(/^\d{2,6}$/, 'use 2 to 6 digits')
    .optional()
    .meta({ description: 'Short number for star codes' }),
  supervises: z
    .array(name)
    .default([])
    .meta({ description: 'Groups whose talks this operator may listen to by star code' }),
});

export const groupSchema = z.strictObject({
  operators: z.array(name).meta({ description: 'In ringing order' }),
  strategy: z.enum(RING_STRATEGIES).default('simultaneous'),
  stages: z
    .array(z.array(name).min(1))
    .min(1)
    .optional()
    .meta({ description: 'strategy stages: who rings together, stage after stage' }),
  ring: seconds.prefault('20s'),
  stickyDays: z.number().int().min(1).max(365).optional().meta({
    description: 'The operator who last talked with this client within so many days is rung first',
  }),
  wrapUp: seconds.optional().meta({ description: 'After a talk an operator is left alone this long' }),
  rejectDelay: seconds.optional().meta({ description: 'Pause after an operator declined' }),
  noAnswerDelay: seconds.optional().meta({ description: 'Pause after an operator let it ring' }),
  maxNoAnswer: z.number().int().min(1).optional().meta({
    description: 'So many calls in a row that he let ring pause an operator',
  }),
  hours: name.optional(),
  timeZone: timeZone.default('UTC'),
  locale: z.string().default('en'),
  country: z.string().length(2).toUpperCase().default('US'),
  callerName: z.string().optional(),
  countries: z
    .array(z.string().length(2).toUpperCase())
    .optional()
    .meta({ description: 'Countries this group may call; its own when not given' }),
  dialOut: z
    .strictObject({
      countries: z.array(z.string().length(2).toUpperCase()).optional(),
      callerId: e164.optional().meta({ description: 'Shown to the client; default: the trunk’s' }),
      recording: z.enum(['on', 'off']).default('on'),
      trunk: name.optional(),
    })
    .optional()
    .meta({ description: 'Its operators may dial numbers from their registered phones' }),
});

const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export const hoursSchema = z.strictObject({
  week: z.partialRecord(weekday, intervals),
  exceptions: z
    .record(z.iso.date(), intervals)
    .default({})
    .meta({ description: 'A date that is closed or open at other times; wins over week and holidays' }),
  holidays: z
    .string()
    .regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'expected a country or its region, for example RU or DE-BY')
    .optional()
    .meta({ description: 'Closed on the public holidays of this country or region' }),
});

const DELAY_FORM = 'expected a duration such as 5m, next-day-10:00, or stop as the last one';

/** `5m`, `next-day-10:00`, `stop`. */
function retryDelay(written: string | number): RetryDelay | undefined {
  if (written === 'stop') return 'stop';
  const nextDay = /^next-day-(.+)$/.exec(String(written))?.[1];
  if (nextDay === undefined) return parseDuration(written);
  const minute = parseTimeOfDay(nextDay);
  return minute === undefined || minute >= 1440 ? undefined : { nextDayAt: minute };
}

/** A list, or the same written with commas. Nothing comes after `stop`. */
const delays = z
  .union([z.number(), z.string(), z.array(z.union([z.number(), z.string()])).min(1)])
  .transform((written, context): readonly RetryDelay[] | 'stop' => {
    const parts = Array.isArray(written)
      ? written
      : typeof written === 'number'
        ? [written]
        : written.split(',');
    const parsed = parts.map((part) => retryDelay(typeof part === 'string' ? part.trim() : part));
    const good = parsed.filter((delay) => delay !== undefined);
    if (good.length < parsed.length || good.slice(0, -1).includes('stop'))
      context.addIssue({ code: 'custom', message: DELAY_FORM });
    return good[0] === 'stop' ? 'stop' : good;
  })
  .meta({ examples: ['2m, 5m, 15m', '5m, 30m, 3h, next-day-10:00', 'stop'] });
/** What is not written keeps its default, so that naming one cause does not forget the others. */
const retrySchema = z.strictObject({
  busy: delays.prefault(['2m', '5m', '15m']),
  'no-answer': delays.prefault(['5m', '30m', '3h']),
  rejected: delays.prefault('stop'),
  'invalid-number': delays.prefault('stop'),
  'carrier-failure': delays.prefault(['1m', '5m']),
  cancelled: delays.prefault(['5m']),
  lost: delays.prefault(['3m']),
  unknown: delays.prefault(['3m']),
  voicemail: delays.prefault(['1h', '1h', 'stop']),
  cut: delays.prefault(['10s', '1m', 'stop']),
});

const key = z.string().regex(/^[0-9*#]$/, 'expected one key: 0-9, * or #');
const keysSchema = z.strictObject({
  accept: key.optional(),
  repeat: key.optional(),
  later: key.optional(),
  'not-mine': key.optional(),
  spam: key.optional(),
});

export const PLAN_OF_ORDER = {
  'operator-first': 'callback',
  'client-first': 'callback-client-first',
  preview: 'callback',
} as const;

export const callbackSchema = z.strictObject({
  enabled: z.enum(['on', 'off']).default('on'),
  order: z.enum(['operator-first', 'client-first', 'preview']).default('operator-first').meta({
    description: 'preview: an operator sees the lead first and asks for the call by page or API',
  }),
  dialplan: name.optional().meta({ description: 'Default: callback, or callback-client-first' }),
  group: name,
  skills: z.array(name).optional().meta({ description: 'Only operators who have all of these' }),
  trunk: name.optional(),
  callerId: e164.optional().meta({ description: 'Shown to the client; default: the trunk’s' }),
  operatorCallerId: e164.optional().meta({ description: 'Shown on operators’ mobiles; default: callerId' }),
  clientHours: name.optional().meta({
    description: 'Hours in which clients may be called by law, in the client’s own time zone',
  }),
  ambiguousZone: z.enum(['likeliest', 'all']).default('likeliest').meta({
    description: 'A number that may be in several zones: called when allowed in the likeliest one, or in all',
  }),
  backlog: z.enum(['freshest-first', 'oldest-first']).optional().meta({
    description:
      'Who is called first when many wait for the operators of the group; default freshest-first. A group has one line: the first of its policies that says so counts',
  }),
  keys: keysSchema.optional().meta({ description: 'Operators’ keys; the dialplan’s where not named' }),
  confirmKey: key.default('1').meta({ description: 'client-first: by which a person says that it is one' }),
  preview: seconds.prefault('30m').meta({ description: 'preview: dialled by itself after this time' }),
  duplicateWindow: seconds.prefault('10m'),
  maxAttempts: z.number().int().min(1).max(100).default(5),
  maxPerDay: z.number().int().min(1).max(100).optional().meta({
    description: 'Attempts that ring a client on one day of his',
  }),
  retry: retrySchema.prefault({}),
  later: seconds.prefault('15m'),
  spokenTime: seconds.prefault('4h').meta({
    description:
      'A time that an operator spoke waits so long for a person to set it; then the client is called',
  }),
  noOperator: seconds.prefault('1m'),
  maxNoOperator: z.number().int().min(1).default(30),
  recordingAnnouncement: z
    .string()
    .optional()
    .meta({ description: 'Prompt played to both sides before the talk is recorded' }),
  clientRing: seconds.prefault('30s'),
  escalation: z
    .array(z.strictObject({ after: seconds, group: name.optional() }))
    .default([])
    .meta({
      description:
        'When nobody has accepted a lead so long after it could be called: told as lead.late, and given to this group',
    }),
  liveKeys: policyKeysField.optional().meta({
    description:
      'Keys of the operator during a talk; usual: *1 target, *2 not-target, *3 later, *7 pause-recording, *0 blacklist',
  }),
});

export const webhookSchema = z.strictObject({
  url: z.url(),
  secret: secretRef,
  events: z.array(z.string()).default([]),
  body: z.record(z.string(), z.string()).optional().meta({
    description:
      'A notice for a messenger: fields of the JSON body, each a template text ({{ client.name }}, {{ client.phone }}, {{ form }}, {{ event }}, …)',
  }),
});

const origin = z
  .string()
  .regex(
    /^https?:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?$/,
    'expected an origin such as https://shop.example',
  );

export const projectSchema = z.strictObject({
  displayName: z.string().optional(),
  sites: z
    .array(origin)
    .min(1)
    .meta({ description: 'Origins of its pages: https://shop.example, https://*.shop.example' }),
  siteNumbers: z.array(e164).meta({ description: 'Numbers on its pages that visitors see replaced' }),
  country: z.string().length(2).toUpperCase().default('US'),
  cookieDomain: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)
    .optional()
    .meta({ description: 'Domain the visitor’s cookie is shared in; default: the widest that works' }),
  consent: z
    .enum(['required', 'not-required'])
    .default('not-required')
    .meta({ description: 'required: nothing is stored or asked until the page calls dialtrace.consent()' }),
  session: seconds.prefault('30m').meta({ description: 'A visit ends after so long without a sign' }),
  visitsPerMinute: z
    .number()
    .int()
    .min(1)
    .default(60)
    .meta({ description: 'New visits a minute from one address' }),
  texts: z
    .enum(['store', 'call-back'])
    .default('store')
    .meta({ description: 'SMS and SIP MESSAGE to its numbers: kept only, or called back as any request' }),
  ...numberingShape,
});

const texts = z.array(z.string().min(1)).min(1);
export const channelRuleSchema = z.strictObject({
  channel: z.enum(CHANNELS),
  clickId: z.array(z.enum(CLICK_IDS)).min(1).optional(),
  medium: texts.optional(),
  utmSource: texts.optional(),
  host: texts.optional(),
  tagged: z.literal('yes').optional(),
  source: z.string().min(1).optional().meta({ description: 'Names the source when utm_source does not' }),
});

export const telephonySchema = z.strictObject({
  trunks: z.record(name, trunkSchema).default({}),
  routing: routingSchema.optional(),
  operators: z.record(name, operatorSchema).default({}),
  groups: z.record(name, groupSchema).default({}),
  hours: z.record(name, hoursSchema).default({}),
  callbacks: z.record(name, callbackSchema).default({}),
  webhooks: z.record(name, webhookSchema).default({}),
  destinations: z.record(name, destinationSchema).default({}),
  projects: z.record(name, projectSchema).default({}),
  channels: z
    .array(channelRuleSchema)
    .optional()
    .meta({ description: 'In order; the first that fits an arrival names its channel' }),
  gate: gateSchema.prefault({}),
  pools: z.record(name, poolSchema).default({}),
});

export type TelephonyYaml = z.output<typeof telephonySchema>;
