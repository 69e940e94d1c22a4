/** Schema of the telephony that PBX admins own: trunks, operators, groups, hours, callbacks, webhooks. */
import { z } from 'zod';
import { CHANNELS } from '../domain/attribution/classify-channel.js';
import { CLICK_IDS } from '../domain/attribution/touch.js';
import { parseTimeOfDay } from '../domain/values/duration.js';
import { secretRef, seconds } from './schema.js';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, 'use letters, digits and hyphens');
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'expected E.164, for example +74951234567');

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

export const gatewaySchema = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(5060),
  transport: z.enum(['udp', 'tcp']).default('udp'),
});

export const trunkSchema = z.strictObject({
  gateways: z.array(gatewaySchema).min(1).meta({ description: 'Tried in this order' }),
  format: z
    .enum(['e164', 'digits'])
    .default('e164')
    .meta({ description: 'How numbers are written to the carrier: +7495… or 7495…' }),
  callerId: e164.optional(),
  callerIds: z
    .array(e164)
    .min(1)
    .optional()
    .meta({ description: 'Numbers this trunk may show. Default: any' }),
  channels: z.number().int().min(1).default(30),
  callsPerSecond: z.number().int().min(1).default(10),
  mediaAddress: z.string().optional().meta({ description: 'Address written into the SDP sent there' }),
  username: z.string().optional(),
  password: secretRef.optional(),
  noResponse: seconds.prefault('4s'),
});

const deviceSchema = z.union([
  z.strictObject({ phone: name.meta({ description: 'SIP user that registers with us' }) }),
  z.strictObject({ uri: z.string().regex(/^sips?:/) }),
  z.strictObject({ number: e164, trunk: name.optional() }),
]);

export const operatorSchema = z.strictObject({
  displayName: z.string().optional(),
  devices: z
    .array(deviceSchema)
    .default([])
    .meta({ description: 'Rung together; default: a phone registered under the operator’s name' }),
  locale: z.string().optional(),
});

export const groupSchema = z.strictObject({
  operators: z.array(name).meta({ description: 'In ringing order' }),
  strategy: z.enum(['simultaneous', 'sequential']).default('simultaneous'),
  ring: seconds.prefault('20s'),
  hours: name.optional(),
  timeZone: z.string().default('UTC'),
  locale: z.string().default('en'),
  country: z.string().length(2).toUpperCase().default('US'),
  callerName: z.string().optional(),
});

const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export const hoursSchema = z.strictObject({
  week: z.partialRecord(weekday, intervals),
  exceptions: z.record(z.string().regex(/^\d{4}-\d{2}-\d{2}$/), intervals).default({}),
});

const delays = z.union([z.literal('stop'), z.array(seconds).min(1), seconds.transform((one) => [one])]);
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
});

export const callbackSchema = z.strictObject({
  enabled: z.enum(['on', 'off']).default('on'),
  dialplan: name.default('callback'),
  group: name,
  trunk: name.optional(),
  callerId: e164.optional(),
  duplicateWindow: seconds.prefault('10m'),
  maxAttempts: z.number().int().min(1).max(100).default(5),
  retry: retrySchema.prefault({}),
  later: seconds.prefault('15m'),
  noOperator: seconds.prefault('1m'),
  maxNoOperator: z.number().int().min(1).default(30),
  recordingAnnouncement: z
    .string()
    .optional()
    .meta({ description: 'Prompt played to both sides before the talk is recorded' }),
  clientRing: seconds.prefault('30s'),
});

export const webhookSchema = z.strictObject({
  url: z.url(),
  secret: secretRef,
  events: z.array(z.string()).default([]),
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
  operators: z.record(name, operatorSchema).default({}),
  groups: z.record(name, groupSchema).default({}),
  hours: z.record(name, hoursSchema).default({}),
  callbacks: z.record(name, callbackSchema).default({}),
  webhooks: z.record(name, webhookSchema).default({}),
  projects: z.record(name, projectSchema).default({}),
  channels: z
    .array(channelRuleSchema)
    .optional()
    .meta({ description: 'In order; the first that fits an arrival names its channel' }),
});

export type TelephonyYaml = z.output<typeof telephonySchema>;
