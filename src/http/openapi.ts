/** The OpenAPI document at /docs/json: made from the schemas of the routes, with the problem document and access told once. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { HttpServer } from './context.js';

const PREFIX = '/docs';

type Transform = typeof jsonSchemaTransform;

/** Every route may answer with a problem; only it knows which, so they are one `default`. */
const PROBLEM_ANSWER = {
  description: 'A problem: `code` says which',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

const transform: Transform = (document) => {
  const { schema, url } = jsonSchemaTransform(document);
  const open = document.route.config?.scope === 'public' ? { security: [] } : {};
  const response = { ...(schema.response ?? {}), default: PROBLEM_ANSWER };
  return { url, schema: schema.hide === true ? schema : { ...schema, ...open, response } };
};

interface Made {
  readonly paths?: object;
  readonly components?: { readonly schemas?: object };
}

/** Values are written for both directions; those that no route names are left out. */
const transformObject: typeof jsonSchemaTransformObject = (document) => {
  const made: Made = jsonSchemaTransformObject(document);
  const all = Object.entries(made.components?.schemas ?? {});
  const kept = reachable(JSON.stringify(made.paths ?? {}), new Map(all));
  const schemas = Object.fromEntries(all.filter(([name]) => kept.has(name)));
  return { ...made, components: { ...made.components, schemas } } as ReturnType<typeof transformObject>;
};

/** Names that a text refers to, and those that these refer to in turn. */
function reachable(text: string, schemas: ReadonlyMap<string, unknown>): Set<string> {
  const found = new Set<string>();
  const pending = [text];
  for (let next = pending.pop(); next !== undefined; next = pending.pop())
    for (const [, name = ''] of next.matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (found.has(name)) continue;
      found.add(name);
      pending.push(JSON.stringify(schemas.get(name) ?? {}));
    }
  return found;
}

export async function installOpenApi(server: HttpServer, version: string): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Dialtrace', version, description: 'Leads, calls, recordings and their sources' },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform,
    transformObject,
  });
  // The documentation is public: it says nothing that the source does not. Said before its routes are made.
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(PREFIX)) route.config = { ...route.config, scope: 'public' };
  });
  await server.register(swaggerUi, { routePrefix: PREFIX });
}
