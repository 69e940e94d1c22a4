/**
 * A page of a site says that somebody is there: the visit is begun or goes on, and each number of the page gets what
 * this visit is to see instead. Ids that the browser brings are only believed when we gave them out to this project.
 */
import type { Project } from '../../domain/attribution/project.js';
import {
  isSameArrival,
  lastNonDirect,
  makeTouch,
  type LandedPage,
  type ReferringPage,
  type Touch,
} from '../../domain/attribution/touch.js';
import {
  MOST_TOUCHES,
  type AnalyticsIds,
  type Device,
  type Visitor,
  type VisitorSession,
} from '../../domain/attribution/visitor.js';
import { withPage } from '../../domain/attribution/visit-log.js';
import type { SourceLabels } from '../../domain/numbers/tracked-number.js';
import type { E164, Instant, SessionId, VisitorId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { showNumber, type Shown } from '../numbers/show-number.js';

export interface SessionReport {
  readonly project: Project;
  /** As the browser says them. */
  readonly visitorId?: string;
  readonly sessionId?: string;
  readonly page: LandedPage;
  readonly title?: string;
  /** Absent when the visitor came from another page of the project. */
  readonly referrer?: ReferringPage;
  readonly cookieIds: Readonly<Record<string, string>>;
  /** Numbers that stand on the page. */
  readonly siteNumbers: readonly E164[];
  readonly agent: VisitorSession['agent'];
  readonly ip: string;
  readonly userAgent: string;
  readonly device: Device;
  readonly city?: string;
  readonly country?: string;
  readonly region?: string;
  readonly analytics: AnalyticsIds;
}

export interface Offered {
  readonly siteNumber: E164;
  readonly shown: Shown;
}

export type OpenedSession =
  | {
      readonly kind: 'open';
      readonly visit: 'new' | 'continued';
      readonly visitorId: VisitorId;
      readonly sessionId: SessionId;
      readonly offers: readonly Offered[];
    }
  /** Nothing is stored of machines, and they get no number. */
  | { readonly kind: 'bot' };

/** Throws Fault `store-unavailable`: the page keeps its own number. */
export async function openSession(context: AppContext, report: SessionReport): Promise<OpenedSession> {
  const { project, agent } = report;
  if (agent === 'bot') {
    countVisit(context, project, 'bot');
    return { kind: 'bot' };
  }
  const { session, visit } = await commit(context, (unit) => enter(context, unit, report));
  countVisit(context, project, visit);
  const offers = await offersFor(context, session, report);
  return { kind: 'open', visit, visitorId: session.visitorId, sessionId: session.id, offers };
}

export function countVisit(
  { ports }: AppContext,
  { name }: Pick<Project, 'name'>,
  visit: 'new' | 'continued' | 'bot' | 'refused',
): void {
  ports.metrics.count('dialtrace_visits_total', { project: name, visit });
}

interface Entered {
  readonly session: VisitorSession;
  readonly visit: 'new' | 'continued';
}

async function enter(context: AppContext, unit: Unit, report: SessionReport): Promise<Entered> {
  const touch = makeTouch({ ...report, at: unit.now }, context.set().telephony.channels);
  const visitor = await knownVisitor(unit, report);
  const running = visitor && (await runningSession(unit, visitor, report));
  if (running !== undefined)
    return { session: await goOn(unit, running, { report, touch }), visit: 'continued' };
  const visitorId = visitor?.id ?? (context.ports.ids.next() as VisitorId);
  await countIn(unit, visitor, { id: visitorId, project: report.project.name });
  const session = newSession(context.ports.ids.next() as SessionId, visitorId, { unit, report, touch });
  await unit.tx.visitors.addSession(session);
  return { session, visit: 'new' };
}

async function knownVisitor({ tx }: Unit, report: SessionReport): Promise<Visitor | undefined> {
  if (report.visitorId === undefined) return undefined;
  const visitor = await tx.visitors.byId(report.visitorId as VisitorId);
  return visitor?.project === report.project.name ? visitor : undefined;
}

async function runningSession(
  { tx, now }: Unit,
  visitor: Visitor,
  { sessionId, project }: SessionReport,
): Promise<VisitorSession | undefined> {
  if (sessionId === undefined) return undefined;
  const session = await tx.visitors.session(sessionId as SessionId);
  return session?.visitorId === visitor.id && isRunning(session, project, now) ? session : undefined;
}

export function isRunning(
  { lastSeenAt }: VisitorSession,
  { sessionMinutes }: Project,
  now: Instant,
): boolean {
  return now - lastSeenAt < sessionMinutes * 60_000;
}

async function countIn(
  { tx, now }: Unit,
  visitor: Visitor | undefined,
  fresh: Pick<Visitor, 'id' | 'project'>,
): Promise<void> {
  if (visitor === undefined)
    await tx.visitors.add({ ...fresh, firstSeenAt: now, lastSeenAt: now, visits: 1 });
  else await tx.visitors.update(visitor.id, { lastSeenAt: now, visits: visitor.visits + 1 });
}

interface Arrived {
  readonly report: SessionReport;
  readonly touch: Touch;
}

/** Another advertisement inside a visit is another touch of it; a reload is none, nor is a page without a source. */
async function goOn(
  { tx, now }: Unit,
  session: VisitorSession,
  { report, touch }: Arrived,
): Promise<VisitorSession> {
  const isNew = touch.channel !== 'direct' && !session.touches.some((one) => isSameArrival(one, touch));
  const hasRoom = session.touches.length < MOST_TOUCHES;
  const change = {
    lastSeenAt: now,
    touches: isNew && hasRoom ? [...session.touches, touch] : session.touches,
    pages: withPage(session.pages, { url: touch.landingPage, at: now, ...present({ title: report.title }) }),
    ...present(report.analytics),
  };
  await tx.visitors.updateSession(session.id, change);
  return { ...session, ...change };
}

function newSession(
  id: SessionId,
  visitorId: VisitorId,
  { unit, report, touch }: Arrived & { readonly unit: Unit },
): VisitorSession {
  const { project, agent, ip, userAgent, device, city, country, region, analytics, title } = report;
  return {
    id,
    visitorId,
    project: project.name,
    startedAt: unit.now,
    lastSeenAt: unit.now,
    agent,
    touches: [touch],
    pages: [{ url: touch.landingPage, at: unit.now, ...present({ title }) }],
    telClicks: [],
    ip,
    userAgent,
    device,
    ...present({ city, country, region }),
    ...present(analytics),
  };
}

async function offersFor(
  context: AppContext,
  session: VisitorSession,
  { siteNumbers, page, referrer, agent }: SessionReport,
): Promise<Offered[]> {
  const source = lastNonDirect(session.touches);
  const request = {
    project: session.project,
    sessionId: session.id,
    visitorId: session.visitorId,
    source: source === undefined ? {} : labelsOf(source),
    landing: page,
    page: page.path,
    userAgentClass: agent,
    at: context.ports.clock.now(),
    ...present({ referrerHost: referrer?.host }),
  };
  const offers: Offered[] = [];
  for (const siteNumber of siteNumbers)
    offers.push({ siteNumber, shown: await showNumber(context, { ...request, siteNumber }) });
  return offers;
}

function labelsOf({ source, medium, campaign, content, term }: Touch): SourceLabels {
  return { source, medium, ...present({ campaign, content, term }) };
}
