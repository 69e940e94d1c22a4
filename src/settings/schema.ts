/**
 * Schema of the program settings (config/*.yaml and DIALTRACE_* environment): one source for checking, defaults,
 * the JSON Schema for editors and the manual. Telephony that PBX admins own is in telephony-schema.ts.
 */
import { z } from 'zod';
import { checkServers } from './check-servers.js';
import { e164, name } from './names.js';
import { seconds, secretRef } from './fields.js';
import { tiktokSchema } from './tiktok-schema.js';

const port = z.number().int().min(0).max(65_535);
const host = z.string().min(1);

const server = (what: string, defaultPort: number) =>
  z.strictObject({
    host: host.meta({ description: `Address of the ${what}` }),
    port: port.default(defaultPort),
    secret: secretRef,
  });

const listenSchema = z.strictObject({
  address: host.default('127.0.0.1'),
  port: port.default(0),
  advertisedAddress: host.optional(),
  advertisedPort: port.optional(),
});

const filesSchema = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('shared'),
    controllerPath: z.string().optional(),
    switchPath: z.string().optional(),
  }),
  z.strictObject({ mode: z.literal('http'), baseUrl: z.url() }),
]);

const serverName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]*$/, 'expected lower-case letters, digits, dots and hyphens')
  .meta({ description: 'Name for logs, metrics and `dialtrace switch drain`' });

const mediaServer = server('FreeSWITCH event socket', 8021).extend({
  profile: z.string().default('drachtio_mrf'),
});

const serversSchema = z
  .strictObject({
    signalling: z
      .array(server('drachtio-server control port', 9022).extend({ name: serverName }))
      .min(1)
      .optional(),
    media: z
      .array(
        mediaServer.extend({
          name: serverName,
          listen: listenSchema.optional().meta({ description: 'Where this one connects back to us' }),
          files: filesSchema.optional().meta({ description: 'How files cross to this one' }),
        }),
      )
      .min(1)
      .optional(),
  })
  .meta({ description: 'Several servers of a side, instead of `signalling` or `media`' });

export const switchSchema = z
  .strictObject({
    kind: z.enum(['embedded', 'external']).default('embedded').meta({
      description: 'embedded: our own SIP and media engine; external: a drachtio-server and a FreeSWITCH',
    }),
    signalling: server('drachtio-server control port', 9022).optional(),
    media: mediaServer.optional(),
    servers: serversSchema.optional(),
    listen: listenSchema.prefault({}).meta({ description: 'Where FreeSWITCH connects back to us' }),
    sip: z
      .strictObject({
        address: host.default('127.0.0.1'),
        port: port.default(5060),
        externalAddress: host.optional(),
        tls: z
          .strictObject({ port: port.default(5061), certificate: z.string(), key: z.string() })
          .optional()
          .meta({
            description: 'SIP over TLS: PEM files of the certificate (with its chain) and of its key',
          }),
        webSocket: z
          .strictObject({ port, secure: z.enum(['yes', 'no']).default('no') })
          .optional()
          .meta({ description: 'SIP over WebSocket for browsers; secure: with the certificate of `tls`' }),
      })
      .prefault({})
      .meta({ description: 'SIP sockets of the embedded switch' }),
    rtp: z
      .strictObject({
        address: host.default('127.0.0.1'),
        firstPort: port.default(20_000),
        lastPort: port.default(29_999),
      })
      .prefault({})
      .meta({ description: 'RTP sockets of the embedded switch' }),
    engine: z
      .enum(['threads', 'processes'])
      .default('threads')
      .meta({ description: 'Where the two halves of the embedded switch run' }),
    files: filesSchema
      .default({ mode: 'shared' })
      .meta({ description: 'How prompts and recordings cross to the switch' }),
    realm: z
      .string()
      .default('dialtrace')
      .meta({ description: 'Digest realm that operators’ phones register to' }),
  })
  .superRefine(checkServers);

export const httpSchema = z.strictObject({
  address: host.default('127.0.0.1'),
  port: port.default(8080),
  publicUrl: z.url().optional(),
  trustProxy: z
    .union([z.boolean(), z.string(), z.array(z.string())])
    .default(false)
    .meta({ description: 'Addresses of proxies whose X-Forwarded-* headers are believed' }),
  bodyLimitBytes: z.number().int().min(1024).default(4_194_304),
  access: z.enum(['keys', 'open-on-loopback']).default('keys').meta({
    description: 'keys: every /v1 request needs an API key; open-on-loopback: none from this machine',
  }),
  requestsPerMinute: z.number().int().min(1).default(6000),
});

export const storeSchema = z.strictObject({
  path: z.string().default('var/dialtrace.sqlite'),
  secretKey: secretRef.optional().meta({
    description:
      'What seals the secrets in the store; default: a key in a file beside it, made when the first secret is stored',
  }),
  durability: z
    .enum(['normal', 'full'])
    .default('normal')
    .meta({ description: 'full survives power loss, normal a killed process' }),
  keepPushDays: z.number().min(0).default(30),
  keepEventDays: z.number().min(0).default(365),
  keepExchangeDays: z
    .number()
    .min(0)
    .default(14)
    .meta({ description: 'What was said to destinations at each try, without secrets and phones' }),
  keepSignallingDays: z
    .number()
    .min(0)
    .default(7)
    .meta({ description: 'SIP messages of calls, for ladders and captures; 0 keeps none' }),
});

export const recordingsSchema = z.strictObject({
  directory: z.string().default('var/recordings'),
  keepDays: z.number().min(0).default(365),
  links: z
    .strictObject({
      secret: secretRef,
      days: z.number().int().min(1).max(3650).default(365),
    })
    .optional()
    .meta({
      description: 'Addresses for CRMs under which recordings are heard without a key; needs http.publicUrl',
    }),
  lowDiskMegabytes: z.number().min(0).default(500).meta({ description: 'Warn below this much free space' }),
});

const providerBase = {
  voices: z.record(z.string(), z.string()).default({}).meta({ description: 'Voice by locale' }),
  timeout: seconds.prefault('5s'),
};

export const speechProviderSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    url: z.url(),
    method: z.enum(['POST', 'GET']).default('POST'),
    headers: z.record(z.string(), z.string()).default({}),
    secret: secretRef.optional().meta({ description: 'Sent as Authorization: Bearer' }),
    body: z
      .string()
      .default('{"input":{{ text | json }},"voice":{{ voice | json }},"response_format":"wav"}'),
    ssmlBody: z.string().optional().meta({
      description:
        'Body for texts with speech markup, with the name `ssml`; absent: the voice gets the words alone',
    }),
    format: z.enum(['wav', 'pcm16']).default('wav'),
    sampleRate: z.number().int().default(22_050),
    audioField: z
      .string()
      .optional()
      .meta({ description: 'Field of a JSON answer that holds the sound as base64' }),
    ...providerBase,
  }),
  z.strictObject({
    kind: z.literal('piper'),
    command: z.string().default('piper'),
    models: z.record(z.string(), z.string()),
    ...providerBase,
  }),
  z.strictObject({ kind: z.literal('say'), command: z.string().optional(), ...providerBase }),
  z.strictObject({ kind: z.literal('wasm'), ...providerBase }),
]);

export const speechSchema = z.strictObject({
  locale: z.string().default('en'),
  cacheDirectory: z.string().default('var/speech'),
  cacheMegabytes: z.number().min(1).default(500),
  providers: z.array(speechProviderSchema).default([
    { kind: 'say', voices: {}, timeout: 5 },
    { kind: 'wasm', voices: {}, timeout: 5 },
  ]),
});

export const loggingSchema = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  phones: z.enum(['masked', 'clear']).default('masked'),
  format: z.enum(['auto', 'json', 'pretty']).default('auto'),
});

export const callsSchema = z.strictObject({
  drainSeconds: seconds.prefault('30s').meta({
    description:
      'On SIGTERM, wait this long for calls; bridged talks go on and are adopted by the next start',
  }),
  inboundPlan: z
    .string()
    .optional()
    .meta({ description: 'Dialplan of inbound calls; without one they are refused with 404' }),
  reload: z.enum(['watch', 'manual']).default('watch').meta({
    description:
      'watch: changed telephony files are taken into use at once; manual: on SIGHUP and `dialtrace config apply`',
  }),
  maximum: z
    .number()
    .int()
    .min(1)
    .default(500)
    .meta({ description: 'Calls at once; more are refused with 503' }),
  perSecond: z
    .number()
    .int()
    .min(1)
    .default(50)
    .meta({ description: 'Inbound calls taken in one second; more get 503 with Retry-After' }),
  leastIdleCpu: z.number().min(0).max(90).default(0).meta({
    description:
      'No new calls while every media server has less of its processors idle, in per cent, by what it tells; 0: not looked at',
  }),
  mostLag: seconds.prefault('1s').meta({
    description: 'No new calls while the event loop runs later than this',
  }),
  leaseSeconds: seconds.prefault('15s'),
  whisperWait: seconds.prefault('1s').meta({
    description: 'After the answer, wait this long for the spoken whisper before the recorded one plays',
  }),
});

export const sendingSchema = z.strictObject({
  reach: z
    .enum(['public-only', 'any'])
    .default('public-only')
    .meta({ description: 'Where webhooks may go: addresses of the internet only, or also private networks' }),
  mail: z
    .strictObject({
      host,
      port: port.default(587),
      security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
      from: z.string().min(3),
      username: z.string().optional(),
      password: secretRef.optional(),
    })
    .optional()
    .meta({ description: 'SMTP server for webhooks whose url is mailto:…' }),
});

export const signallingSchema = z.strictObject({
  hep: z
    .strictObject({
      host,
      port: port.default(9060),
      transport: z.enum(['udp', 'tcp']).default('udp'),
      agent: z
        .number()
        .int()
        .min(1)
        .max(0xffffffff)
        .default(2001)
        .meta({ description: 'Number of this capture agent' }),
      password: secretRef.optional(),
      mostPerSecond: z.number().int().min(1).default(2000).meta({ description: 'More messages are dropped' }),
    })
    .optional()
    .meta({
      description:
        'SIP messages of calls, registrations and probes, secrets removed, are sent to Homer as HEP3',
    }),
});

export const auditSchema = z
  .strictObject({
    trunks: z
      .array(name)
      .min(1)
      .meta({ description: 'The first that is not the number’s own places the call' }),
    callerId: e164.meta({
      description: 'Shown by the audit’s calls, which are known by it; nobody else may use it',
    }),
  })
  .meta({ description: 'Own numbers are called every night (02:17 UTC): do they come back as themselves?' });

export const pathsSchema = z.strictObject({
  dialplans: z.string().default('dialplans'),
  prompts: z.string().default('prompts'),
  ownPrompts: z.string().default('var/prompts').meta({
    description:
      'Texts and recordings of this place, laid over those of `prompts`; record-by-phone writes here',
  }),
});

export const visitorsSchema = z.strictObject({
  keepDays: z.number().min(0).default(400).meta({ description: 'Visits of sites; 0 keeps them for ever' }),
  cityDatabase: z.string().optional().meta({
    description: 'An .mmdb file (GeoLite2-City, DB-IP City Lite) that tells the city of an address',
  }),
});

export const softphoneSchema = z.strictObject({
  webSocketUrl: z
    .url({ protocol: /^wss?$/ })
    .optional()
    .meta({
      description:
        'Where the browser softphone registers, e.g. wss://calls.example.com/sip; default: switch.sip.webSocket of the embedded switch',
    }),
  iceServers: z
    .array(
      z.strictObject({
        urls: z.string().regex(/^(?:stun|turn)s?:\S+$/),
        username: z.string().optional(),
        credential: z.string().optional(),
      }),
    )
    .default([])
    .meta({ description: 'STUN and TURN servers for browsers behind strict firewalls; told to every page' }),
});

const keptDays = z.number().min(0).default(0);

export const peopleSchema = z.strictObject({
  keepPhoneDays: keptDays.meta({
    description: 'Phone numbers in final leads and closed calls; 0 keeps them for ever',
  }),
  keepNameDays: keptDays.meta({ description: 'Names and e-mail addresses of leads' }),
  keepAddressDays: keptDays.meta({ description: 'IP addresses that leads came from' }),
  keepAnswersDays: keptDays.meta({ description: 'Answers of leads' }),
  keepTextsDays: keptDays.meta({
    description:
      'Texts that were spoken or noted, and the journals of calls; at most as long as what they name',
  }),
});

export const settingsSchema = z.strictObject({
  switch: switchSchema.prefault({}),
  http: httpSchema.prefault({}),
  softphone: softphoneSchema.prefault({}),
  store: storeSchema.prefault({}),
  recordings: recordingsSchema.prefault({}),
  people: peopleSchema.prefault({}),
  speech: speechSchema.prefault({}),
  logging: loggingSchema.prefault({}),
  calls: callsSchema.prefault({}),
  sending: sendingSchema.prefault({}),
  visitors: visitorsSchema.prefault({}),
  signalling: signallingSchema.prefault({}),
  audit: auditSchema.optional(),
  tiktok: tiktokSchema.optional(),
  paths: pathsSchema.prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;
export type SpeechProviderSettings = z.output<typeof speechProviderSchema>;
