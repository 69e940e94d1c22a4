/** What the script of a site posts. Values of strangers are cut to a length, never refused for it. */
import { z } from 'zod';
import type { SessionReport } from '../../app/visitors/open-session.js';
import type { SignOfLife } from '../../app/visitors/keep-session.js';
import { cleaned, LONGEST_URL } from '../../domain/attribution/clean-text.js';
import type { AnalyticsIds } from '../../domain/attribution/visitor.js';
import type { Project } from '../../domain/attribution/project.js';
import type { E164 } from '../../domain/values/ids.js';
import { nearestName } from '../../domain/values/nearest.js';
import { present } from '../../domain/values/present.js';
import { Fault, type FieldProblem } from '../../errors.js';
import { landedPage, referringPage, webAddress } from './addresses.js';
import { agentOf, deviceOf } from './user-agent.js';

const text = (longest: number) =>
  z
    .string()
    .optional()
    .transform((value) => cleaned(value, longest));
const id = z
  .string()
  .optional()
  .transform((value) => (value !== undefined && /^[a-z0-9]{26}$/.test(value) ? value : undefined));
const longUrl = z.string().max(20_000);

export const sessionBody = z.object({
  project: z.string().max(100),
  visitor_id: id,
  session_id: id,
  url: longUrl,
  title: text(200),
  referrer: longUrl.optional(),
  ttp: text(200),
  numbers: z.array(z.string().max(20)).max(20).default([]),
  ga_client_id: text(100),
  ga_session_id: text(100),
  ym_client_id: text(100),
  webdriver: z.literal('yes').optional(),
  language: z.string().max(40).optional(),
  time_zone: text(60),
  screen: text(20),
});
export type SessionBody = z.output<typeof sessionBody>;

export const heartbeatBody = z.object({
  project: z.string().max(100),
  session_id: z.string().max(64),
  url: longUrl.optional(),
  title: text(200),
  /** In front so far. */
  seconds: z.number().min(0).default(0),
  ga_client_id: text(100),
  ga_session_id: text(100),
  ym_client_id: text(100),
  tel_click: z.union([z.string().max(30), z.literal(true)]).optional(),
});

/** Throws Fault `field-invalid` with every field. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw invalid(
    read.error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', problem: issue.message })),
  );
}

function invalid(fields: readonly FieldProblem[]): Fault {
  return new Fault('field-invalid', fields.map(({ field, problem }) => `${field}: ${problem}`).join('; '), {
    fields,
  });
}

/** Throws Fault `not-found` with the nearest name. */
export function requireProject(projects: Readonly<Record<string, Project>>, name: string): Project {
  const project = Object.hasOwn(projects, name) ? projects[name] : undefined;
  if (project !== undefined) return project;
  const nearest = nearestName(name, Object.keys(projects));
  throw new Fault(
    'not-found',
    `there is no project ${cleaned(name, 100) ?? ''}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
  );
}

export interface Caller {
  readonly ip: string;
  readonly userAgent: string;
  readonly city?: string;
  readonly country?: string;
  readonly region?: string;
}

type AnalyticsBody = Pick<SessionBody, 'ga_client_id' | 'ga_session_id' | 'ym_client_id'>;

function analyticsIds(body: AnalyticsBody): AnalyticsIds {
  return present({
    gaClientId: body.ga_client_id,
    gaSessionId: body.ga_session_id,
    metricaClientId: body.ym_client_id,
  });
}

/** Throws Fault `field-invalid` (an address that is none). */
export function sessionReport(project: Project, body: SessionBody, caller: Caller): SessionReport {
  const url = webAddress(body.url);
  if (url === undefined) throw invalid([{ field: 'url', problem: 'expected the address of the page' }]);
  const signs = {
    webdriver: body.webdriver,
    language: body.language,
    timeZone: body.time_zone,
    screen: body.screen,
  };
  const { ip, userAgent, city, country, region } = caller;
  return {
    project,
    page: landedPage(url),
    cookieIds: present({ ttp: body.ttp }),
    siteNumbers: project.siteNumbers.filter((number) => body.numbers.includes(number)),
    agent: agentOf(userAgent, signs),
    ip,
    userAgent: cleaned(userAgent) ?? '',
    device: deviceOf(userAgent, signs),
    analytics: analyticsIds(body),
    ...present({
      visitorId: body.visitor_id,
      sessionId: body.session_id,
      title: body.title,
      referrer: referringPage(body.referrer, project),
      city,
      country,
      region,
    }),
  };
}

export function signOfLife(body: z.output<typeof heartbeatBody>): SignOfLife {
  const url = webAddress(body.url)?.href.slice(0, LONGEST_URL);
  const { tel_click: clicked } = body;
  return {
    sessionId: body.session_id,
    project: body.project,
    analytics: analyticsIds(body),
    ...present({
      page:
        url === undefined
          ? undefined
          : { url, secondsInFront: body.seconds, ...present({ title: body.title }) },
      telClick: clicked === undefined ? undefined : present({ number: dialled(clicked) }),
    }),
  };
}

function dialled(clicked: string | true): E164 | undefined {
  return clicked !== true && /^\+[1-9]\d{6,14}$/.test(clicked) ? (clicked as E164) : undefined;
}
