/** The HTTP server: one visible table of routes, problem documents, API keys, OpenAPI at /docs, the console page at /. */
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Fault } from '../errors.js';
import { installAuth, type AuthOptions } from './auth.js';
import type { HttpContext, HttpServer } from './context.js';
import { installOpenApi } from './openapi.js';
import { installProblems } from './problem.js';
import { installRequestMetrics } from './request-metrics.js';
import { callRoutes } from './routes/calls.js';
import { adAccountRoutes, authorisationRoutes } from './routes/ad-accounts.js';
import { connectionRoutes, formRoutes } from './routes/connections.js';
import { controlRoutes } from './routes/control.js';
import { deliveryRoutes } from './routes/deliveries.js';
import { dealRoutes } from './routes/deals.js';
import { eventRoutes } from './routes/events.js';
import { gateRoutes } from './routes/gate.js';
import { audienceRoutes } from './routes/audiences.js';
import { instantFormRoutes } from './routes/instant-forms.js';
import { hookRoutes } from './routes/hooks.js';
import { phoneRoutes } from './routes/phones.js';
import { leadImportRoutes } from './routes/lead-import.js';
import { leadTallyRoutes } from './routes/lead-tally.js';
import { leadRoutes } from './routes/leads.js';
import { liveRoutes } from './routes/live.js';
import { peopleRoutes } from './routes/people.js';
import { numberRoutes } from './routes/numbers.js';
import { reportRoutes } from './routes/reports.js';
import { recordingRoutes } from './routes/recordings.js';
import { smsRoutes } from './routes/sms.js';
import { switchFileRoutes } from './routes/switch-files.js';
import { dniRoutes } from './routes/dni.js';
import { visitorRoutes } from './routes/visitors.js';
import { softphoneRoutes } from './routes/softphone.js';
import { signallingRoutes } from './routes/signalling.js';
import { switchServerRoutes } from './routes/switch-servers.js';
import { trunkRoutes } from './routes/trunks.js';
import { operatorRoutes } from './routes/operators.js';
import { speedRoutes } from './routes/speed.js';
import { promptRoutes } from './routes/prompts.js';
import { telephonyRoutes } from './routes/telephony.js';
import { parseSafeJson } from './safe-json.js';
import { installSecurityHeaders } from './security-headers.js';
import type { SoftphoneOptions } from './softphone-line.js';

export interface HttpOptions {
  readonly access: AuthOptions['access'];
  readonly trustProxy: boolean | string | readonly string[];
  readonly bodyLimitBytes: number;
  readonly requestsPerMinute: number;
  /** Built page, when there is one. */
  readonly consoleDirectory?: string;
  /** Text of the built number-swap script, when there is one. */
  readonly dniScript?: string;
  readonly version: string;
  readonly softphone: SoftphoneOptions;
}

/** Every room of the API. */
const ROUTES: readonly ((server: HttpServer, context: HttpContext, options: HttpOptions) => void)[] = [
  leadRoutes,
  leadImportRoutes,
  callRoutes,
  liveRoutes,
  phoneRoutes,
  softphoneRoutes,
  recordingRoutes,
  switchFileRoutes,
  signallingRoutes,
  trunkRoutes,
  switchServerRoutes,
  connectionRoutes,
  formRoutes,
  authorisationRoutes,
  adAccountRoutes,
  instantFormRoutes,
  audienceRoutes,
  hookRoutes,
  numberRoutes,
  smsRoutes,
  dniRoutes,
  visitorRoutes,
  eventRoutes,
  controlRoutes,
  gateRoutes,
  speedRoutes,
  reportRoutes,
  leadTallyRoutes,
  dealRoutes,
  deliveryRoutes,
  peopleRoutes,
  operatorRoutes,
  promptRoutes,
  telephonyRoutes,
];

/** JSON that keeps long ids, and what forms of plain sites post; of repeated names the last value is kept. */
function acceptBodies(server: HttpServer): void {
  server.removeContentTypeParser('application/json');
  server.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (_request: FastifyRequest, body: string, done) => {
      try {
        done(null, parseSafeJson(body));
      } catch (error) {
        done(error as Fault);
      }
    },
  );
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(String(body))));
    },
  );
}

async function installConsole(server: HttpServer, directory: string | undefined): Promise<void> {
  if (directory === undefined) return;
  server.addHook('onRoute', (route) => {
    if (route.url === '/' || route.url === '/*') route.config = { ...route.config, scope: 'public' };
  });
  await server.register(fastifyStatic, { root: directory, prefix: '/', index: 'index.html' });
}

/**
 * Zod checks and writes every body: without these two Fastify loads its own compilers, 230 modules that nobody calls.
 * Its types know only those.
 */
const ZOD_ONLY = {
  compilersFactory: {
    buildValidator: () => validatorCompiler as never,
    buildSerializer: () => serializerCompiler as never,
  },
};

/** Ready to listen; answers injected requests without. */
export async function createHttpServer(context: HttpContext, options: HttpOptions): Promise<HttpServer> {
  const server: HttpServer = fastify({
    logger: false,
    trustProxy: typeof options.trustProxy === 'object' ? [...options.trustProxy] : options.trustProxy,
    bodyLimit: options.bodyLimitBytes,
    forceCloseConnections: true,
    schemaController: ZOD_ONLY,
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  installProblems(server, context.logger);
  installSecurityHeaders(server, options.softphone);
  installRequestMetrics(server, context.meter);
  await server.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: '1 minute',
    hook: 'onRequest',
  });
  installAuth(server, { store: context.store, access: options.access });
  acceptBodies(server);
  await installOpenApi(server, options.version);
  await installConsole(server, options.consoleDirectory);
  for (const routes of ROUTES) routes(server, context, options);
  return server;
}
