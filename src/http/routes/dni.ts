/**
 * What pages of the projects' sites load and post: /dni.js and /dni/v1/*. Public, but only for pages of the project's
 * sites (CORS by Origin), and only so often for one subscriber. Every refusal leaves the page with its own number.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { OpenedSession } from '../../app/visitors/open-session.js';
import type { Project } from '../../domain/attribution/project.js';
import type { LeadDraft } from '../../domain/leads/lead.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { requireSite, webAddress } from '../dni/addresses.js';
import { RateWindow, subscriberOf } from '../dni/rate-window.js';
import { ScriptAssets } from '../dni/script-asset.js';
import {
  heartbeatBody,
  readBody,
  requireProject,
  sessionBody,
  sessionReport,
  signOfLife,
  type Caller,
} from '../dni/session-body.js';
import { draftOfBody } from '../lead-body.js';
import { parseSafeJson } from '../safe-json.js';
import { isoTimeOrNull } from '../schemas/common.js';
import { leadAcceptedSchema, reasonJson } from '../schemas/leads.js';
import type { HttpOptions } from '../server.js';

/** Script and protocol; a page may ask for it by `v`. */
const DNI_VERSION = '1';
const BODY_LIMIT = 48 * 1024;
const HEARTBEATS_PER_MINUTE = 600;
const CALLBACKS_PER_MINUTE = 6;

export const openedSchema = z
  .object({
    visitor_id: z.string().nullable(),
    session_id: z.string().nullable(),
    visit: z.enum(['new', 'continued', 'bot']),
    numbers: z.array(
      z.object({
        site_number: z.string(),
        number: z.string().nullable().meta({ description: 'null: the number on the page stays' }),
        display: z.string().nullable(),
        seconds: z
          .number()
          .nullable()
          .meta({ description: 'Until it may be another’s without a sign of life' }),
        why: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'OpenedVisit' });

function secondsUntil(until: number | undefined, now: number): number | null {
  return until === undefined ? null : Math.max(0, Math.floor((until - now) / 1000));
}

export function openedJson(opened: OpenedSession, now: number): z.input<typeof openedSchema> {
  if (opened.kind === 'bot') return { visitor_id: null, session_id: null, visit: 'bot', numbers: [] };
  return {
    visitor_id: opened.visitorId,
    session_id: opened.sessionId,
    visit: opened.visit,
    numbers: opened.offers.map(({ siteNumber, shown }) =>
      shown.kind === 'number'
        ? {
            site_number: siteNumber,
            number: shown.number,
            display: shown.display,
            seconds: secondsUntil(shown.until, now),
            why: null,
          }
        : { site_number: siteNumber, number: null, display: null, seconds: null, why: shown.why },
    ),
  };
}

const scriptQuery = z.object({
  project: z.string().max(100).optional(),
  v: z.literal(DNI_VERSION).optional(),
});

function theProject({ app }: HttpContext, name: string | undefined): Project {
  const { projects } = app.telephonySet().telephony;
  const only = Object.values(projects);
  if (name === undefined && only.length === 1 && only[0] !== undefined) return only[0];
  if (name === undefined) throw new Fault('not-found', 'name the project: /dni.js?project=…');
  return requireProject(projects, name);
}

function scriptRoute(server: HttpServer, context: HttpContext, script: string): void {
  const assets = new ScriptAssets(script);
  server.get('/dni.js', {
    config: { scope: 'public' },
    schema: {
      summary: 'The number-swap script of a project',
      tags: ['dni'],
      querystring: scriptQuery,
      response: {
        200: { description: 'JavaScript', content: { 'text/javascript': { schema: z.string() } } },
        304: z.undefined(),
      },
    },
    handler: async (request, reply) => {
      const asset = assets.of(theProject(context, request.query.project));
      void reply.headers({
        etag: asset.etag,
        'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
        vary: 'accept-encoding',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
      });
      if (request.headers['if-none-match']?.includes(asset.etag) === true) return reply.code(304).send();
      const gzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
      if (gzip) void reply.header('content-encoding', 'gzip');
      return reply.type('text/javascript; charset=utf-8').send((gzip ? asset.gzipped : asset.plain) as never);
    },
  });
}

/** Throws Fault `origin-refused`, `not-found`. From here on the page may read the answer. */
function admit(context: HttpContext, request: FastifyRequest, reply: FastifyReply, name: string): Project {
  const project = requireProject(context.app.telephonySet().telephony.projects, name);
  const { origin } = request.headers;
  requireSite(project, origin);
  void reply.headers({ 'access-control-allow-origin': origin, vary: 'origin' });
  return project;
}

function limited(context: HttpContext, project: Project, what: string): Fault {
  context.app.countRefusedVisit(project);
  return new Fault('rate-limited', `too many ${what} from this address`, { retryAfterSeconds: 60 });
}

export function callerOf({ placeOf }: HttpContext, ip: string, userAgent: string): Caller {
  return { ip, userAgent, ...placeOf?.(ip) };
}

function sessionRoute(server: HttpServer, context: HttpContext): void {
  const visits = new RateWindow();
  server.post('/dni/v1/session', {
    config: { scope: 'public' },
    bodyLimit: BODY_LIMIT,
    schema: {
      summary: 'A page of a site was opened: who is there, and which number to show',
      tags: ['dni'],
      body: z.unknown(),
      response: { 200: openedSchema },
    },
    handler: async (request, reply) => {
      const body = readBody(sessionBody, request.body);
      const project = admit(context, request, reply, body.project);
      requireSite(project, webAddress(body.url)?.origin);
      const key = `${project.name} ${subscriberOf(request.ip)}`;
      if (visits.allow(key, project.visitsPerMinute, context.clock.now()) === 'over')
        throw limited(context, project, 'visits');
      const caller = callerOf(context, request.ip, request.headers['user-agent'] ?? '');
      const opened = await context.app.openSession(sessionReport(project, body, caller));
      return openedJson(opened, context.clock.now());
    },
  });
}

function heartbeatRoute(server: HttpServer, context: HttpContext): void {
  const beats = new RateWindow();
  server.post('/dni/v1/heartbeat', {
    config: { scope: 'public' },
    bodyLimit: BODY_LIMIT,
    schema: {
      summary: 'A sign of life of a visit: time on the page, the next page, a click on a number',
      tags: ['dni'],
      body: z.unknown(),
      response: {
        200: z.object({ state: z.enum(['kept', 'lost', 'over', 'unknown']), seconds: z.number().nullable() }),
      },
    },
    handler: async (request, reply) => {
      const body = readBody(heartbeatBody, request.body);
      const project = admit(context, request, reply, body.project);
      const key = subscriberOf(request.ip);
      if (beats.allow(key, HEARTBEATS_PER_MINUTE, context.clock.now()) === 'over')
        throw limited(context, project, 'signs of life');
      const kept = await context.app.keepSession(signOfLife(body));
      const until = kept.kind === 'kept' ? kept.until : undefined;
      return { state: kept.kind, seconds: secondsUntil(until, context.clock.now()) };
    },
  });
}

/** What a page may not choose: another source's entry, or that nobody is called. */
const NOT_OF_A_PAGE: ReadonlySet<string> = new Set([
  'project',
  'connection_id',
  'external_id',
  'test',
  'kind',
]);

function callbackDraft(body: object, project: Project): LeadDraft {
  const fields = Object.entries(body).filter(([name]) => !NOT_OF_A_PAGE.has(name));
  return { country: project.country, ...draftOfBody(Object.fromEntries(fields)), kind: 'callback' };
}

function callbackRoute(server: HttpServer, context: HttpContext): void {
  const callbacks = new RateWindow();
  server.post('/dni/v1/callback', {
    config: { scope: 'public' },
    bodyLimit: BODY_LIMIT,
    schema: {
      summary: 'A visitor asks to be called back, or sends a form',
      tags: ['dni'],
      body: z.unknown(),
      response: { 202: leadAcceptedSchema },
    },
    handler: async (request, reply) => {
      const { project: name } = readBody(z.object({ project: z.string().max(100) }), request.body);
      const project = admit(context, request, reply, name);
      const key = subscriberOf(request.ip);
      if (callbacks.allow(key, CALLBACKS_PER_MINUTE, context.clock.now()) === 'over')
        throw limited(context, project, 'requests');
      const taken = await context.app.takeLead(callbackDraft(request.body as object, project));
      return reply.code(202).send({
        lead_id: taken.leadId,
        status: taken.status as never,
        will_call_at: isoTimeOrNull(taken.willCallAt),
        reason: reasonJson(taken.reason, taken.locale),
      });
    },
  });
}

/** Pages that send JSON by its name are asked first by their browser; which origins may is told by the answer itself. */
function preflightRoute(server: HttpServer, context: HttpContext): void {
  server.options('/dni/v1/*', {
    config: { scope: 'public' },
    schema: { hide: true },
    handler: async (request, reply) => {
      const { origin } = request.headers;
      const projects = Object.values(context.app.telephonySet().telephony.projects);
      const project = projects.find((one) => origin !== undefined && isAdmitted(one, origin));
      if (project === undefined) throw new Fault('origin-refused', 'this origin is no site of any project');
      return reply
        .headers({
          'access-control-allow-origin': origin,
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type',
          'access-control-max-age': '86400',
          vary: 'origin',
        })
        .code(204)
        .send();
    },
  });
}

function isAdmitted(project: Project, origin: string): boolean {
  try {
    requireSite(project, origin);
    return true;
  } catch {
    return false;
  }
}

export function dniRoutes(server: HttpServer, context: HttpContext, { dniScript }: HttpOptions): void {
  void server.register((scoped, _options, done) => {
    const dni = scoped.withTypeProvider<ZodTypeProvider>();
    // `sendBeacon` and requests without a preflight send text.
    dni.removeContentTypeParser('text/plain');
    dni.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, parsed) => {
      try {
        parsed(null, parseSafeJson(String(body)));
      } catch (error) {
        parsed(error as Fault);
      }
    });
    if (dniScript !== undefined) scriptRoute(dni, context, dniScript);
    sessionRoute(dni, context);
    heartbeatRoute(dni, context);
    callbackRoute(dni, context);
    preflightRoute(dni, context);
    done();
  });
}
