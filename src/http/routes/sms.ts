/**
 * POST /hooks/sms/:connection: texts to tracked numbers as SMS gateways push them. Most of them cannot sign, so the
 * connection's secret comes as a Bearer token or as `?token=`. Names of fields differ; the usual ones are understood.
 */
import { z } from 'zod';
import type { TextMessage } from '../../app/leads/receive-text.js';
import type { Connection } from '../../domain/leads/lead.js';
import { present } from '../../domain/values/present.js';
import { Fault, type FieldProblem } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { isoTimeOrNull } from '../schemas/common.js';
import { isSameSecret } from '../same-secret.js';
import { leadAcceptedSchema, reasonJson } from '../schemas/leads.js';

/** Ours → theirs, letters' case does not count; the first that is filled wins. */
const NAMES = {
  from: ['from', 'sender', 'msisdn', 'originator', 'phone', 'source'],
  to: ['to', 'recipient', 'destination', 'receiver', 'did', 'dst'],
  text: ['text', 'body', 'message', 'content', 'msg'],
  id: ['id', 'messagesid', 'message_id', 'messageid', 'sms_id', 'smsid'],
} as const;

async function requireSecret(context: HttpContext, connection: Connection, token: string | undefined) {
  const secret = connection.secretRef && (await context.secrets.get(connection.secretRef));
  if (secret === undefined || secret === '')
    throw new Fault('signature-invalid', `the connection ${connection.name} has no secret`);
  if (token === undefined || !isSameSecret(token, secret))
    throw new Fault('signature-invalid', 'the token is not that of the connection');
}

function tokenOf(authorization: string | undefined, query: string | undefined): string | undefined {
  return authorization?.startsWith('Bearer ') === true ? authorization.slice(7).trim() : query;
}

/** Gateways write numbers as text or as digits. */
function filled(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** Throws Fault `body-malformed`, `field-invalid`. */
function messageOf(body: unknown, connection: Connection): TextMessage {
  if (typeof body !== 'object' || body === null)
    throw new Fault('body-malformed', 'the body must be an object of fields');
  const fields = new Map(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]));
  const read = (name: keyof typeof NAMES): string | undefined =>
    NAMES[name].map((theirs) => filled(fields.get(theirs))).find((value) => value !== undefined);
  const [from, to, text] = [read('from'), read('to'), read('text')];
  const problems: FieldProblem[] = Object.entries({ from, to, text })
    .filter(([, value]) => value === undefined)
    .map(([field]) => ({ field, problem: 'is missing' }));
  if (from === undefined || to === undefined || text === undefined)
    throw new Fault('field-invalid', problems.map(({ field }) => `${field} is missing`).join('; '), {
      fields: problems,
    });
  const externalId = read('id')?.slice(0, 200);
  return { via: 'sms', from, to, text, connectionId: connection.id, ...present({ externalId }) };
}

export function smsRoutes(server: HttpServer, context: HttpContext): void {
  server.post('/hooks/sms/:connection', {
    config: { scope: 'public' },
    schema: {
      summary: 'Texts to tracked numbers, pushed by an SMS gateway',
      tags: ['hooks'],
      consumes: ['application/json', 'application/x-www-form-urlencoded'],
      params: z.object({ connection: z.string().min(1).max(100) }),
      querystring: z.object({ token: z.string().max(500).optional() }),
      body: z.unknown(),
      response: { 200: leadAcceptedSchema },
    },
    handler: async (request) => {
      const { params, query, headers } = request;
      const connection = await context.app.findConnection(['messenger'], params.connection);
      if (connection === undefined)
        throw new Fault('not-found', `there is no messenger connection ${params.connection}`);
      await requireSecret(context, connection, tokenOf(headers.authorization, query.token));
      const received = await context.app.takeText(messageOf(request.body, connection));
      if (received.kind === 'unknown-did')
        throw new Fault('not-found', 'the text was sent to no number of any project');
      const { leadId, status, willCallAt, reason, locale } = received.lead;
      return {
        lead_id: leadId,
        status: status as z.input<typeof leadAcceptedSchema>['status'],
        will_call_at: isoTimeOrNull(willCallAt),
        reason: reasonJson(reason, locale),
      };
    },
  });
}
