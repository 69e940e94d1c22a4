/**
 * The HTTP API over the whole application: real use cases, settings, prompts and a store in memory; only the switch is
 * connected to nothing, unless a test brings another. Every answer is checked against the OpenAPI document.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { App } from '../../../src/app/app.js';
import type { Switch } from '../../../src/app/ports/switch.js';
import type { ApiKeyId } from '../../../src/domain/values/ids.js';
import { present } from '../../../src/domain/values/present.js';
import { hashKey, type Scope } from '../../../src/http/auth.js';
import type { FileLinks } from '../../../src/http/file-links.js';
import type { HttpContext, HttpServer } from '../../../src/http/context.js';
import { createHttpServer, type HttpOptions } from '../../../src/http/server.js';
import { createSender } from '../../../src/main/adapters/sender.js';
import { buildApp } from '../../../src/main/build-app.js';
import { readinessOf, renderMetrics } from '../../../src/main/gauges.js';
import { offlineSwitch } from '../../../src/main/offline-switch.js';
import { openServices, type Services } from '../../../src/main/services.js';
import { TelephonyDesk } from '../../../src/main/telephony-desk.js';
import { createTrunkBook } from '../../../src/main/trunk-book.js';
import type { ConfigurationSource } from '../../../src/settings/configuration.js';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import { settingsSchema } from '../../../src/settings/schema.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import { openDocument, type OpenApiDocument } from './openapi-document.js';

const ROOT = resolve(import.meta.dirname, '../../..');
export const APP_SECRET = 'test_app_secret';

export interface BedOptions {
  readonly http?: Partial<HttpOptions>;
  readonly switch?: Switch;
  readonly fileLinks?: FileLinks;
  /** Beside `shop`, as an admin writes them. */
  readonly projects?: Readonly<Record<string, object>>;
  readonly pools?: Readonly<Record<string, object>>;
  readonly destinations?: Readonly<Record<string, object>>;
  /** Secrets beside the bed's own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly sending?: object;
  readonly recordings?: object;
  readonly publicUrl?: string;
  readonly placeOf?: HttpContext['placeOf'];
  /** Besides those of the bed, as an admin writes them. */
  readonly settings?: Readonly<Record<string, object>>;
  /** Files that /v1/telephony/apply reads. */
  readonly source?: ConfigurationSource;
}

/** The fields that tests read by name, of whatever answer; the document says which has which. */
export interface AnswerBody {
  readonly call_id: string;
  readonly checks: Readonly<Record<'store' | 'calling', { readonly ok: boolean }>>;
  readonly connection_id: string;
  readonly detail: string;
  readonly external_id: string;
  readonly hook_path: string;
  readonly id: string;
  readonly items: readonly AnswerBody[];
  readonly lead_id: string;
  readonly name: string;
  readonly next_cursor: string | null;
  readonly reason: { readonly code: string };
  readonly result: string;
  readonly results: readonly AnswerBody[];
  readonly status: string;
  readonly timeline: readonly AnswerBody[];
  readonly will_call_at: string | null;
  readonly visit: string;
  readonly visitor_id: string;
  readonly session_id: string;
}

export type BedAnswer = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body' | 'rawPayload'> & {
  json(): AnswerBody;
};

export type BedRequest = Omit<InjectOptions, 'url'> & {
  readonly url: string;
  readonly key?: string;
};

export interface HttpBed {
  readonly app: App;
  readonly services: Services;
  readonly server: HttpServer;
  readonly document: OpenApiDocument;
  /** Scratch folder of this bed. */
  readonly directory: string;
  /** Sends, and fails the test when the answer is not what the document promises. */
  request(request: BedRequest): Promise<BedAnswer>;
  /** A stored API key with these scopes. */
  addKey(...scopes: Scope[]): Promise<string>;
  close(): Promise<void>;
}

/** Always open: the sales group with one operator, one trunk, one policy. */
function telephonyOfBed({ projects, pools = {}, destinations = {} }: BedOptions) {
  return buildTelephony(
    telephonySchema.parse({
      operators: { anna: {} },
      groups: { sales: { operators: ['anna'], country: 'RU' } },
      trunks: { carrier: { gateways: [{ host: '127.0.0.1', port: 5999 }], callerId: '+74951234567' } },
      callbacks: { default: { group: 'sales', trunk: 'carrier' } },
      projects: {
        shop: {
          sites: ['https://shop.example', 'https://*.shop.example'],
          siteNumbers: ['+74951234567', '+78001234567'],
          country: 'RU',
        },
        ...projects,
      },
      pools,
      destinations,
    }),
  );
}

async function configurationOfBed(directory: string, options: BedOptions) {
  const settings = settingsSchema.parse({
    store: { path: ':memory:' },
    recordings: { directory: join(directory, 'recordings'), ...options.recordings },
    sending: options.sending ?? {},
    http: present({ publicUrl: options.publicUrl }),
    speech: { cacheDirectory: join(directory, 'speech') },
    logging: { level: 'silent' },
    paths: { dialplans: join(ROOT, 'dialplans'), prompts: join(ROOT, 'prompts') },
    ...options.settings,
  });
  const dialplans = await loadDialplans(settings.paths.dialplans);
  if (!dialplans.ok) throw new Error(JSON.stringify(dialplans.problems));
  return { settings, telephony: telephonyOfBed(options), plans: dialplans.plans };
}

let keysMade = 0;

async function addKey({ store, ids, clock }: Services, scopes: readonly Scope[]): Promise<string> {
  keysMade += 1;
  const prefix = String(keysMade).padStart(8, '0');
  const key = `dt_${prefix}_${'k'.repeat(43)}`;
  const row = { id: ids.next() as ApiKeyId, name: scopes.join(), prefix, hash: hashKey(key), scopes };
  await store.apiKeys.add({ ...row, createdAt: clock.now() });
  return key;
}

const HTTP: HttpOptions = {
  access: 'open-on-loopback',
  trustProxy: false,
  bodyLimitBytes: 4_194_304,
  requestsPerMinute: 100_000,
  version: '0.0.0',
  softphone: { realm: 'dialtrace', iceServers: [] },
};

export async function openHttpBed(options: BedOptions = {}): Promise<HttpBed> {
  const directory = await mkdtemp(join(tmpdir(), 'dialtrace-http-'));
  const configuration = await configurationOfBed(directory, options);
  const services = await openServices(configuration.settings, { APP_SECRET, ...options.environment });
  const sender = createSender(configuration.settings.sending, services.secrets);
  const connection = options.switch ?? offlineSwitch;
  const app = buildApp(configuration, { ...services, sender, switch: connection });
  const { logger, metrics } = services;
  const trunks = createTrunkBook(services.secrets);
  const desk = new TelephonyDesk({ source: options.source, app, trunks, logger, metrics });
  await desk.start(configuration);
  const observed = {
    desk,
    services,
    settings: configuration.settings,
    app,
    switch: connection,
    embedded: undefined,
    fileLinks: options.fileLinks,
    engine: undefined,
  };
  const server = await createHttpServer(
    {
      ...services,
      app,
      ...present({ fileLinks: options.fileLinks }),
      ...(options.placeOf === undefined ? {} : { placeOf: options.placeOf }),
      meter: services.metrics,
      telephony: desk,
      readiness: () => readinessOf(observed),
      metrics: () => renderMetrics(observed),
    },
    { ...HTTP, ...options.http },
  );
  const document = await openDocument(server);
  return {
    app,
    services,
    server,
    document,
    directory,
    request: async ({ key, headers, ...rest }) => {
      const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
      const answer = await server.inject({ ...rest, headers: { ...authorization, ...headers } });
      document.check(rest, answer);
      return answer;
    },
    addKey: (...scopes) => addKey(services, scopes),
    close: async () => {
      await server.close();
      await Promise.all([services.speech.close(), sender.close()]);
      await services.store.close();
      await rm(directory, { recursive: true });
    },
  };
}
