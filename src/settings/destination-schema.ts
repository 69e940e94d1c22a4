/** Schema of destinations: CRMs, analytics and ad platforms that are told of calls, leads and deals. */
import { z } from 'zod';
import { CALL_DIRECTIONS, CALL_MARKS } from '../domain/calls/call.js';
import { DEAL_STATUSES } from '../domain/deals/deal.js';
import {
  METRICA_IDS,
  TOLD_EVENTS,
  type Destination,
  type DestinationFilter,
  type DestinationKind,
  type ToldEvent,
} from '../domain/destinations/destination.js';
import { templateProblem } from '../domain/destinations/occasion.js';
import { ga4NameProblem } from '../domain/destinations/kinds/ga4.js';
import { VENDOR_NAMES } from '../domain/destinations/kinds/table.js';
import { nearestName } from '../domain/values/nearest.js';
import { present } from '../domain/values/present.js';
import { seconds, secretRef } from './fields.js';
import { name } from './names.js';

const told = z.enum(TOLD_EVENTS);
/** A list takes the usual names; a map gives them. */
const on = z
  .union([z.array(told).min(1), z.partialRecord(told, z.string().min(1).max(100))], {
    error: ({ input }) => eventsProblem(input),
  })
  .meta({ description: 'Events told; as a map: each by the receiver’s name for it' });

/** A union cannot say which of its ways was meant; an unknown key of a map is told by itself. */
function eventsProblem(input: unknown): string {
  const names = Array.isArray(input) ? input.filter((one) => typeof one === 'string') : [];
  const strange = names.find((one) => !TOLD_EVENTS.some((known) => known === one));
  if (strange === undefined) return 'expected a list of events, or a map of events to the receiver’s names';
  const near = nearestName(strange, TOLD_EVENTS);
  const hint = near === undefined ? `there are ${TOLD_EVENTS.join(', ')}` : `did you mean ${near}?`;
  return `no destination is told of ${strange}; ${hint}`;
}

const texts = z.array(z.string().min(1)).min(1).optional();
const filterSchema = z
  .strictObject({
    marks: z.array(z.enum(CALL_MARKS)).min(1).optional(),
    minTalk: seconds.optional().meta({ description: 'Of calls that are over' }),
    directions: z.array(z.enum(CALL_DIRECTIONS)).min(1).optional(),
    sources: texts.meta({ description: 'Of the touch that is credited: google, yandex, …' }),
    forms: texts,
    projects: z.array(name).min(1).optional(),
    keys: z
      .array(z.string().regex(/^(\*?[0-9]|[*#])$/, 'expected a key such as 5, or a code such as *5'))
      .min(1)
      .optional()
      .meta({ description: 'Of key.pressed: keys of the talk' }),
    target: z.enum(['yes', 'no']).optional().meta({ description: 'As the project’s rule judged the call' }),
    deals: z.array(z.enum(DEAL_STATUSES)).min(1).optional().meta({ description: 'Default: won' }),
  })
  .prefault({});

const fact = z.string().superRefine((text, context) => {
  const message = templateProblem(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});
const facts = z.record(z.string().min(1), fact);

/** Written with quotes or without. */
const id = z.union([z.string(), z.number()]).transform(String);

const common = { on, filter: filterSchema };
const base = (usual: string) =>
  z
    .url()
    .default(usual)
    .transform((url) => url.replace(/\/+$/, ''));

const ga4Schema = z
  .strictObject({
    kind: z.literal('ga4'),
    ...common,
    measurementId: z.string().regex(/^G-[A-Z0-9]+$/, 'expected a measurement id such as G-ABC123'),
    apiSecret: secretRef,
    url: base('https://www.google-analytics.com').meta({
      description: 'https://region1.google-analytics.com keeps data in the EU',
    }),
    withoutClientId: z.enum(['skip', 'pseudonym']).default('skip').meta({
      description: 'pseudonym: callers without a GA client id are told under an id made of their phone',
    }),
    userData: z.enum(['hashed-phone', 'none']).default('none'),
  })
  .superRefine(({ on: names }, context) => {
    if (Array.isArray(names)) return;
    for (const [event, text] of Object.entries(names)) {
      const problem = ga4NameProblem(text);
      if (problem !== undefined)
        context.addIssue({ code: 'custom', path: ['on', event], message: `"${text}": ${problem}` });
    }
  });

const metricaSchema = z.strictObject({
  kind: z.literal('yandex-metrica'),
  ...common,
  counter: z.union([z.string().regex(/^\d+$/), z.number().int()]).transform(String),
  token: secretRef.meta({ description: 'OAuth token with metrika:write (or metrika:offline_data)' }),
  url: base('https://api-metrika.yandex.net'),
  ids: z
    .array(z.enum(METRICA_IDS))
    .min(1)
    .default(['client-id', 'yclid', 'user-id'])
    .meta({ description: 'The first that is known names the visitor' }),
  calls: z.enum(['calls', 'conversions']).default('calls').meta({
    description: 'Ends of calls: in Metrica’s report of calls, or as conversions',
  }),
  upload: z.enum(['basic', 'by-id']).default('basic').meta({
    description: 'by-id: one upload for each kind of id, as older counters took it',
  }),
  every: seconds.prefault('15m').meta({ description: 'Rows are gathered so long' }),
  most: z.number().int().min(1).max(100_000).default(5000).meta({ description: 'Rows of one upload' }),
});

const crmWebhookSchema = z.strictObject({
  kind: z.literal('crm-webhook'),
  ...common,
  url: z.union([secretRef, z.url()]).meta({
    description: 'Address of the CRM’s method; a secret reference when the address holds a key',
  }),
  method: z.enum(['POST', 'GET']).default('POST'),
  format: z.enum(['json', 'form']).default('json'),
  body: facts.optional().meta({
    description: 'Field → template text ({{ phone }}, {{ gcid }}, …); without it every fact by its own name',
  }),
  headers: z.record(z.string(), z.string()).default({}),
  token: secretRef.optional().meta({ description: 'Sent as Authorization: Bearer' }),
  once: z
    .enum(['event', 'call'])
    .default('event')
    .meta({ description: 'call: once a call, whatever happens in it' }),
  waitRecording: seconds.optional(),
  cardField: z.string().default('crm_url').meta({
    description: 'Field of the JSON answer with the address of the client’s card',
  }),
});

/** Deals come from the CRM: told back they would make leads there. */
const crmOn = z
  .array(told.exclude(['deal.changed']))
  .min(1)
  .meta({ description: 'Events told; deals come from the CRM and are not told back' });

const crm = {
  on: crmOn,
  filter: filterSchema,
  title: fact.prefault('{{ phone }} {{ source }} {{ campaign }}').meta({ description: 'Of a new lead' }),
  fields: facts.default({}).meta({ description: 'Field of the CRM → template text, of a new lead' }),
  users: z.record(name, id).default({}).meta({
    description: 'Operator → user id in the CRM',
  }),
  waitRecording: seconds.prefault('5m').meta({ description: 'Ends of calls wait so long for the recording' }),
};

const bitrixSchema = z.strictObject({
  kind: z.literal('bitrix24'),
  ...crm,
  webhook: secretRef.meta({ description: 'Address of the incoming webhook: https://…/rest/1/key/' }),
  source: z.string().optional().meta({ description: 'SOURCE_ID of new leads' }),
  show: z.enum(['yes', 'no']).default('yes').meta({ description: 'Open the card when a call begins' }),
  lineNumber: z.string().optional(),
  defaultUser: id.prefault('1'),
  cardPath: z.string().default('/crm/{entity}/details/{id}/'),
});

const amoSchema = z.strictObject({
  kind: z.literal('amocrm'),
  ...crm,
  url: z.url().transform((url) => url.replace(/\/+$/, '')),
  token: secretRef.meta({ description: 'Long-lived token of an integration' }),
  pipelineId: z.number().int().optional(),
  statusId: z.number().int().optional(),
  defaultUser: id.prefault(''),
  cardPath: z.string().default('/{entity}/detail/{id}'),
});

const hubspotSchema = z.strictObject({
  kind: z.literal('hubspot'),
  ...crm,
  url: base('https://api.hubapi.com'),
  token: secretRef.meta({ description: 'Token of a private app: crm.objects.contacts and calls' }),
  portalId: id.optional().meta({ description: 'Account, for the address of cards' }),
  callAssociation: z.number().int().default(194),
  defaultUser: id.prefault(''),
  cardPath: z.string().default('/contacts/{portal}/contact/{id}'),
});

const tiktokSchema = z.strictObject({
  kind: z.literal('tiktok-events'),
  ...common,
  source: z.enum(['web', 'offline', 'crm']).default('crm'),
  sourceId: z.string().min(1).meta({ description: 'Pixel code, offline set or CRM event set id' }),
  token: secretRef,
  url: base('https://business-api.tiktok.com/open_api/v1.3'),
  testEventCode: z.string().optional().meta({ description: 'Sent by `dialtrace destination test` only' }),
  crmName: z.string().default('dialtrace'),
});

export const destinationSchema = z.discriminatedUnion('kind', [
  ga4Schema,
  metricaSchema,
  crmWebhookSchema,
  bitrixSchema,
  amoSchema,
  hubspotSchema,
  tiktokSchema,
]);
type DestinationYaml = z.output<typeof destinationSchema>;

export function destinationOf(yaml: DestinationYaml, named: string): Destination {
  const { on: events, filter, ...rest } = yaml;
  const common = { name: named, on: namesOf(yaml.kind, events), filter: filterOf(filter) };
  return present({ ...common, ...shapeOf(rest) }) as Destination;
}

function namesOf(kind: DestinationKind, events: DestinationYaml['on']): Destination['on'] {
  if (!Array.isArray(events)) return present(events);
  const usual = VENDOR_NAMES[kind];
  return Object.fromEntries(
    events.map((event: ToldEvent) => [event, usual === undefined ? '' : (usual[event] ?? event)]),
  );
}

function filterOf({ minTalk, ...rest }: DestinationYaml['filter']): DestinationFilter {
  return present({ ...rest, minTalkSeconds: minTalk });
}

type Shape = Omit<DestinationYaml, 'on' | 'filter'>;

/** References to secrets and durations have other names in the program. */
function shapeOf(yaml: Shape): object {
  const { apiSecret, token, webhook, url, every, waitRecording, ...rest } = yaml as Shape &
    Partial<
      Record<'apiSecret' | 'token' | 'webhook' | 'url', string> & Record<'every' | 'waitRecording', number>
    >;
  const isReference = secretRef.safeParse(url).success;
  return {
    ...rest,
    url: isReference ? undefined : url,
    urlRef: webhook ?? (isReference ? url : undefined),
    apiSecretRef: apiSecret,
    tokenRef: token,
    everySeconds: every,
    waitRecordingSeconds: waitRecording,
  };
}
