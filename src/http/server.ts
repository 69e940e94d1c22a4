/** The HTTP server: one visible table of routes, problem documents, API keys, OpenAPI at /docs, the console page at /. */
import rateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { installAuth, type AuthOptions } from './auth.js';
import type { HttpContext, HttpServer } from './context.js';
import { installProblems } from './problem.js';
import { callRoutes } from './routes/calls.js';
import { connectionRoutes } from './routes/connections.js';
import { controlRoutes } from './routes/control.js';
import { eventRoutes } from './routes/events.js';
import { hookRoutes } from './routes/hooks.js';
import { leadRoutes } from './routes/leads.js';
import { recordingRoutes } from './routes/recordings.js';

export interface HttpOptions {
  readonly access: AuthOptions['access'];
  readonly trustProxy: boolean | string | readonly string[];
  readonly bodyLimitBytes: number;
  readonly requestsPerMinute: number;
  /** Built page, when there is one. */
  readonly consoleDirectory?: string;
  readonly version: string;
}

/** Every room of the API. */
const ROUTES: readonly ((server: HttpServer, context: HttpContext) => void)[] = [
  leadRoutes,
  callRoutes,
  recordingRoutes,
  connectionRoutes,
  hookRoutes,
  eventRoutes,
  controlRoutes,
];

async function installOpenApi(server: HttpServer, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Dialtrace', version, description: 'Leads, calls, recordings and their sources' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await server.register(swaggerUi, { routePrefix: '/docs' });
  // The documentation is public: it says nothing that the source does not.
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith('/docs')) route.config = { ...route.config, scope: 'public' };
  });
}

/** Forms of plain sites post `application/x-www-form-urlencoded`; repeated names keep the last value. */
function acceptForms(server: HttpServer): void {
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

/** Ready to listen; `inject` works without. */
export async function createHttpServer(context: HttpContext, options: HttpOptions): Promise<HttpServer> {
  const server: HttpServer = fastify({
    logger: false,
    trustProxy: typeof options.trustProxy === 'object' ? [...options.trustProxy] : options.trustProxy,
    bodyLimit: options.bodyLimitBytes,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  installProblems(server, context.logger);
  await server.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: '1 minute',
    hook: 'onRequest',
  });
  installAuth(server, { store: context.store, access: options.access });
  acceptForms(server);
  await installOpenApi(server, options.version);
  await installConsole(server, options.consoleDirectory);
  for (const routes of ROUTES) routes(server, context);
  return server;
}
