/**
 * /hooks/<source>/:connection: pushes of lead sources. 401 when the signature does not match, 400 when it is not JSON,
 * 413 when too large, 503 + Retry-After when it could not be stored; otherwise 200 once the raw push is stored, with
 * what became of each entry.
 */
import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Connection, Push, PushSource } from '../../domain/leads/lead.js';
import { LEAD_SOURCES } from '../../domain/leads/sources.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { HOOKS, type HookRow } from '../hooks/hook-rows.js';
import type { SignedPush } from '../hooks/signed-push.js';
import { answerFaults } from '../problem.js';
import { isSameSecret } from '../same-secret.js';

const params = z.object({ connection: z.string().min(1).max(100) });
const query = z.object({ token: z.string().max(500).optional() });

function pushOf({ body, headers }: FastifyRequest, token: string | undefined, now: number): SignedPush {
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    token,
    nowSeconds: Math.floor(now / 1000),
  };
}

async function connectionOf({ app }: HttpContext, source: PushSource, named: string): Promise<Connection> {
  const connection = await app.findConnection(LEAD_SOURCES[source].kinds, named);
  if (connection === undefined) throw new Fault('not-found', `there is no ${source} connection ${named}`);
  return connection;
}

async function verified(
  { secrets }: HttpContext,
  { check }: HookRow,
  { secretRef }: Connection,
  push: SignedPush,
): Promise<Push['signature']> {
  const secret = secretRef === undefined ? undefined : await secrets.get(secretRef);
  // Without a secret no push can be believed.
  if (secret === undefined || secret === '')
    throw new Fault('signature-invalid', 'the connection has no secret');
  const checked = check(push, secret);
  if (!checked.ok) throw new Fault('signature-invalid', checked.why);
  return checked.form;
}

/** Throws the faults of the file's head. */
async function answered(
  context: HttpContext,
  source: PushSource,
  { push, connection }: { readonly push: SignedPush; readonly connection: Connection },
) {
  const row = HOOKS[source];
  const greeting = row.handshake?.(push, connection);
  if (greeting !== undefined) return greeting;
  const signature = await verified(context, row, connection, push);
  const body = push.body.toString('utf8');
  return row.answer.of(await context.app.takePush({ source, connection, body, signature }));
}

function hookRoute(hooks: HttpServer, context: HttpContext, source: PushSource): void {
  const { summary, description, answer, refusal, example } = HOOKS[source];
  hooks.post(`/hooks/${source}/:connection`, {
    config: { scope: 'public' },
    schema: {
      ...{ summary, description, tags: ['hooks'] },
      // For the document only: what came is read as it came.
      body: z.unknown().meta({ type: 'object', additionalProperties: true, examples: [example] }),
      params,
      querystring: query,
      response: {
        200: { description: 'What became of it', content: { [answer.type]: { schema: answer.schema } } },
      },
    },
    ...(refusal === undefined
      ? {}
      : { errorHandler: answerFaults(context.logger, ({ message }) => ({ message })) }),
    handler: async (request, reply) => {
      const connection = await connectionOf(context, source, request.params.connection);
      const push = pushOf(request, request.query.token, context.clock.now());
      void reply.type(`${answer.type}; charset=utf-8`);
      return answered(context, source, { push, connection });
    },
  });
}

const hubQuery = z.object({
  'hub.mode': z.string().max(100).optional(),
  'hub.verify_token': z.string().max(500).default(''),
  'hub.challenge': z.string().max(500).default(''),
});

/** Meta and Haravan ask so whether the address is ours; both were given the same token. */
function challengeRoute(hooks: HttpServer, context: HttpContext, source: PushSource): void {
  hooks.get(`/hooks/${source}/:connection`, {
    config: { scope: 'public' },
    schema: {
      summary: 'The source asks whether the address is ours',
      description: 'The challenge is echoed when `hub.verify_token` is the connection’s; 403 else.',
      tags: ['hooks'],
      params,
      querystring: hubQuery,
      response: { 200: { description: 'The challenge', content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (request, reply) => {
      const { intake } = await connectionOf(context, source, request.params.connection);
      const reference = intake?.verifyTokenRef;
      const token = reference === undefined ? undefined : await context.secrets.get(reference);
      if (token === undefined || token === '' || !isSameSecret(request.query['hub.verify_token'], token))
        throw new Fault('forbidden', 'hub.verify_token is not that of the connection');
      void reply.type('text/plain; charset=utf-8');
      return request.query['hub.challenge'];
    },
  });
}

export function hookRoutes(server: HttpServer, context: HttpContext): void {
  // The raw bytes are what is signed, so nothing may parse them before.
  void server.register((hooks, _options, done) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    const typed = hooks.withTypeProvider<ZodTypeProvider>();
    for (const source of Object.keys(HOOKS) as readonly PushSource[]) {
      hookRoute(typed, context, source);
      if (HOOKS[source].challenge !== undefined) challengeRoute(typed, context, source);
    }
    done();
  });
}
