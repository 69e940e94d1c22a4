/** Schema of trunks and of the routing between them. docs/trunks.md explains every key. */
import { z } from 'zod';
import { country, e164, name } from './names.js';
import { secretRef, seconds } from './fields.js';

export const gatewaySchema = z.strictObject({
  host: z.string().min(1).meta({ description: 'IP address or DNS name' }),
  port: z.number().int().min(1).max(65_535).optional().meta({
    description: 'Without one a name is looked up by NAPTR and SRV; an address takes 5060, TLS 5061',
  }),
  transport: z
    .enum(['udp', 'tcp', 'tls', 'auto'])
    .default('udp')
    .meta({ description: 'auto: what the carrier’s NAPTR records say' }),
  priority: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Lower is tried first; default: the order written' }),
  weight: z
    .number()
    .int()
    .min(0)
    .optional()
    .meta({ description: 'Share of numbers that begin at this gateway among those of one priority' }),
});

const prefixRules = z.array(z.strictObject({ from: z.string(), to: z.string() })).default([]);

const didFrom = z
  .union([
    z.enum(['request-uri', 'to', 'diversion', 'p-called-party-id', 'history-info']),
    z.templateLiteral(['header:', z.string().regex(/^[\w-]+$/)]),
  ])
  .meta({ description: 'Where the carrier writes the dialled number; header:X-Name reads any header' });

const network = z
  .string()
  .regex(
    /^(\d{1,3}(\.\d{1,3}){3}(\/([89]|[12]\d|3[0-2]))?|[0-9a-f:]*:[0-9a-f:.]*)$/i,
    'expected an address or an IPv4 network such as 203.0.113.0/28',
  );

const callerIdRulesSchema = z.strictObject({
  show: z.enum(['own', 'tracked', 'pass-through', 'hidden']).default('own').meta({
    description:
      'own: what the call asks, else callerId; tracked: the DID dialled; pass-through: the caller; hidden',
  }),
  campaigns: z.record(z.string(), e164).default({}),
  assert: z
    .array(z.enum(['p-asserted-identity', 'remote-party-id', 'diversion']))
    .default([])
    .meta({ description: 'Headers sent beside From' }),
});

const mediaSchema = z.strictObject({
  codecs: z
    .array(z.enum(['PCMU', 'PCMA']))
    .min(1)
    .default(['PCMU', 'PCMA'])
    .meta({ description: 'Offered in this order' }),
  dtmf: z.enum(['rfc4733', 'info', 'inband']).default('rfc4733').meta({
    description: 'info, inband: telephone-event is not offered; inband: keys are heard in the audio',
  }),
  early: z
    .enum(['pass', 'ignore'])
    .default('pass')
    .meta({ description: 'ignore: sound before the answer is not connected' }),
  srtp: z.enum(['off', 'optional', 'required']).default('off').meta({
    description:
      'Keys in the SDP (SDES, AES_CM_128_HMAC_SHA1_80); use it over TLS. optional: plain RTP when the carrier refuses it with 488',
  }),
  session: seconds.optional().meta({ description: 'Session-Expires asked for, 90s or more' }),
});

const pem = z.string().min(1);

const tlsSchema = z.strictObject({
  ca: pem.optional().meta({ description: 'PEM of the carrier’s authority, instead of the system’s' }),
  certificate: pem.optional().meta({ description: 'PEM of the certificate that we show, with its chain' }),
  key: pem.optional().meta({ description: 'PEM of its key' }),
  serverName: z
    .string()
    .regex(/^(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'expected a host name such as sip.example.net')
    .optional()
    .meta({ description: 'Name in the gateway’s certificate, when it is not `host`' }),
});

const registrationSchema = z.strictObject({
  registrar: z.string().min(1).optional().meta({ description: 'Default: the first gateway' }),
  expires: seconds.prefault('10m'),
});

const probeSchema = z.strictObject({
  interval: seconds.prefault('30s').meta({ description: 'Between two OPTIONS' }),
  downAfter: z.number().int().min(1).default(3),
  upAfter: z.number().int().min(1).default(2),
});

const allowedSchema = z.strictObject({
  countries: z.array(country).min(1).optional().meta({ description: 'Only these; default: every country' }),
  deny: z
    .array(z.string().regex(/^\+\d+$/, 'expected the beginning of an E.164 number such as +7809'))
    .default([]),
  premium: z.enum(['deny', 'allow']).default('deny'),
  rates: z
    .string()
    .regex(/\.csv$/, 'expected a .csv file beside this one')
    .optional()
    .meta({ description: 'CSV of prefix and cost per minute, for order: least-cost' }),
});

/** What one key needs of another; said at that key. */
const NEEDS = [
  {
    path: ['registration'],
    message: 'registration needs username and password',
    broken: (trunk: Checked) =>
      trunk.registration !== undefined && (trunk.username === undefined || trunk.password === undefined),
  },
  {
    path: ['format'],
    message: 'format: national needs country',
    broken: (trunk: Checked) => trunk.format === 'national' && trunk.country === undefined,
  },
  {
    path: ['tls'],
    message: 'tls needs a gateway with `transport: tls` or `auto`',
    broken: ({ tls, gateways }: Checked) =>
      tls !== undefined && !gateways.some(({ transport }) => transport === 'tls' || transport === 'auto'),
  },
  {
    path: ['tls'],
    message: 'certificate and key go together',
    broken: ({ tls }: Checked) => (tls?.certificate === undefined) !== (tls?.key === undefined),
  },
  {
    path: ['tls'],
    message: 'give ca, certificate and key, or serverName',
    broken: ({ tls }: Checked) => tls !== undefined && Object.keys(tls).length === 0,
  },
  {
    path: ['media', 'session'],
    message: 'session must be 90s or more (RFC 4028)',
    broken: (trunk: Checked) => (trunk.media.session ?? LEAST_SESSION) < LEAST_SESSION,
  },
] as const;
const LEAST_SESSION = 90;

interface Checked {
  readonly registration?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
  readonly format: string;
  readonly country?: unknown;
  readonly media: { readonly session?: number | undefined };
  readonly gateways: readonly { readonly transport: string }[];
  readonly tls?: z.infer<typeof tlsSchema> | undefined;
}

export const trunkSchema = z
  .strictObject({
    gateways: z.array(gatewaySchema).min(1),
    format: z
      .enum(['e164', 'digits', 'national'])
      .default('e164')
      .meta({ description: 'How numbers are written to the carrier: +7495…, 7495… or 8495…' }),
    country: country.optional().meta({ description: 'Whose numbers national ones are' }),
    numbers: z
      .strictObject({ out: prefixRules, in: prefixRules })
      .prefault({})
      .meta({ description: 'Beginnings of numbers replaced, outgoing and incoming' }),
    callerId: e164.optional(),
    callerIds: z
      .array(e164)
      .min(1)
      .optional()
      .meta({ description: 'Numbers this trunk may show. Default: any' }),
    callerIdRules: callerIdRulesSchema.prefault({}),
    channels: z.number().int().min(1).default(30),
    callsPerSecond: z.number().int().min(1).default(10),
    mediaAddress: z.string().optional().meta({ description: 'Address written into the SDP sent there' }),
    username: z.string().optional(),
    password: secretRef.optional(),
    registration: registrationSchema.optional(),
    tls: tlsSchema.optional().meta({
      description:
        'Files beside this one or absolute; kind: embedded only, a drachtio-server has one set for all',
    }),
    noResponse: seconds.prefault('4s'),
    didFrom: didFrom.default('request-uri'),
    addresses: z
      .array(network)
      .default([])
      .meta({ description: 'Further addresses and networks its calls come from' }),
    media: mediaSchema.prefault({}),
    probe: probeSchema.optional().meta({ description: 'OPTIONS to each gateway; without it none' }),
    allowed: allowedSchema.prefault({}),
  })
  .superRefine((trunk, context) => {
    for (const { path, message, broken } of NEEDS)
      if (broken(trunk)) context.addIssue({ code: 'custom', path: [...path], message });
  });

const routeSchema = z.strictObject({
  match: z
    .string()
    .regex(/^\+\d*$/, 'expected the beginning of an E.164 number, or + for every number')
    .default('+'),
  trunks: z.array(name).min(1),
  order: z.enum(['listed', 'least-cost']).default('listed'),
});

export const routingSchema = z.strictObject({
  routes: z.array(routeSchema).default([]).meta({ description: 'The first that fits the number counts' }),
  emergency: z
    .strictObject({ trunk: name, numbers: z.array(z.string().regex(/^\d{2,6}$/)).min(1) })
    .optional()
    .meta({ description: 'Without it emergency numbers are refused' }),
});
