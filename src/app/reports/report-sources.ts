/**
 * The report of what advertising brought and cost, from stored facts: calls on tracked numbers, requests and texts, deals
 * of the CRM, and imported costs of one project. Called by http and the CLI.
 */
import type { ModelName, TimedSource } from '../../domain/attribution/models.js';
import type { Uniqueness } from '../../domain/attribution/person.js';
import type { Project } from '../../domain/attribution/project.js';
import type { ReportGrouping } from '../../domain/attribution/report-grouping.js';
import {
  sourceReport,
  type CreditedDeal,
  type ReportedContact,
  type SourceReport,
} from '../../domain/attribution/source-report.js';
import type { VisitorSnapshot } from '../../domain/attribution/visitor.js';
import type { Lead } from '../../domain/leads/lead.js';
import { localTimes } from '../../domain/schedule/keyed-time.js';
import type { CallId, Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';

export interface SourceReportRequest extends Partial<Uniqueness> {
  /** May be left out when there is one only. */
  readonly project?: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly by: ReportGrouping;
  /** Absent: the project's. */
  readonly model?: ModelName;
  /** Of the days; a zone that exists. */
  readonly timeZone: string;
}

export interface NamedReport extends SourceReport {
  readonly project: string;
  readonly model: ModelName;
}

/** More calls or requests than this are not read at once. */
const MOST_CONTACTS = 200_000;
const DAY_MS = 86_400_000;

/** Throws Fault `not-found` (project), `field-invalid` (too much at once). */
export async function reportSources(context: AppContext, request: SourceReportRequest): Promise<NamedReport> {
  const { store } = context.ports;
  const { from, to, by, timeZone } = request;
  const project = projectOf(context, request.project);
  const policy = { ...project.attribution, ...present(request) };
  const { windowDays, unique, model } = policy;
  const since = windowDays === undefined ? 0 : Math.max(0, from - windowDays * DAY_MS);
  const span = { since, until: to };
  const contacts = [
    ...(await withDevices(context, by, await callsOf(context, project, span))),
    ...(await requestsOf(context, project, span)),
  ];
  const localOf = localTimes(timeZone);
  const days = { from: localOf(from).day, to: localOf(to - 1).day };
  const costs = await store.costs.list({ project: project.name, ...days });
  const terms = { by, model, from, to, localOf, unique, ...present({ windowDays }) };
  const deals = await dealsOf(context, project, { since: from, until: to });
  return { project: project.name, model, ...sourceReport({ contacts, costs, deals }, terms) };
}

function projectOf(context: AppContext, name: string | undefined): Project {
  const { projects } = context.set().telephony;
  const names = Object.keys(projects);
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  const project = projects[wanted ?? ''];
  if (project !== undefined) return project;
  if (name !== undefined) throw new Fault('not-found', `There is no project ${name}.`);
  throw new Fault('field-invalid', `say which project: ${names.join(', ')}`, {
    fields: [{ field: 'project', problem: 'is missing' }],
  });
}

interface Span {
  readonly since: Instant;
  readonly until: Instant;
}

async function callsOf(
  { ports }: AppContext,
  { name }: Project,
  span: Span,
): Promise<readonly ReportedContact[]> {
  const limit = MOST_CONTACTS + 1;
  const calls = await ports.store.attributions.reported(name, { ...span, limit });
  if (calls.length === limit) throw tooMany('calls');
  return calls.map(({ callId, at, caller, visitorId, touches, labels, target, repeatOf }) => ({
    id: callId,
    kind: 'call',
    at,
    // The first call of this caller is what is credited, whatever came between.
    touches: repeatOf === undefined ? touches : [],
    labels,
    ...present({ phone: caller, visitorId, target }),
  }));
}

/** Snapshots are large: those of calls are read when the report asks for what only they tell. */
async function withDevices(
  { ports }: AppContext,
  by: ReportGrouping,
  calls: readonly ReportedContact[],
): Promise<readonly ReportedContact[]> {
  if (by !== 'device') return calls;
  const ids = calls.filter(({ visitorId }) => visitorId !== undefined).map(({ id }) => id as CallId);
  const snapshots = await ports.store.visitors.snapshotsOf(ids);
  return calls.map((call) => ({ ...call, ...deviceOf(snapshots.get(call.id as CallId)) }));
}

/** Kind, system and browser, as `mobile, iOS, Safari`. */
function deviceOf(snapshot: VisitorSnapshot | undefined): { readonly device?: string } {
  if (snapshot === undefined) return {};
  const { kind, os, browser } = snapshot.device;
  return { device: [kind, os, browser].filter((name) => name !== undefined).join(', ') };
}

async function dealsOf(context: AppContext, project: Project, span: Span): Promise<readonly CreditedDeal[]> {
  const limit = MOST_CONTACTS + 1;
  const deals = await context.ports.store.deals.reported({ ...span, limit });
  if (deals.length === limit) throw tooMany('deals');
  return deals.filter((deal) => isNamedOrOnly(context, project, deal.project));
}

function tooMany(what: string): Fault {
  return new Fault(
    'field-invalid',
    `There are more than ${MOST_CONTACTS} ${what} in this time and the window before it.`,
    { fields: [{ field: 'from', problem: 'choose a shorter time' }] },
  );
}

/** Tests and what the gate blocked are no requests; a missed call is a call already. */
async function requestsOf(
  context: AppContext,
  project: Project,
  span: Span,
): Promise<readonly ReportedContact[]> {
  const leads = (await leadsIn(context, span)).filter(
    (lead) =>
      lead.source !== 'call' &&
      lead.test === undefined &&
      lead.status !== 'blocked' &&
      isNamedOrOnly(context, project, lead.touch['project']),
  );
  const owners = leads.filter(({ visitorId }) => visitorId !== undefined).map(({ id }) => id);
  const snapshots = await context.ports.store.visitors.snapshotsOf(owners);
  return leads.map((lead) => contactOf(lead, snapshots.get(lead.id)));
}

const PAGE = 500;

async function leadsIn({ ports }: AppContext, { since, until }: Span): Promise<readonly Lead[]> {
  const leads: Lead[] = [];
  let cursor: string | undefined;
  do {
    const page = await ports.store.leads.list({
      from: since,
      to: until,
      limit: PAGE,
      ...present({ cursor }),
    });
    leads.push(...page.items);
    if (leads.length > MOST_CONTACTS) throw tooMany('leads');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return leads;
}

/** A form that no visitor of a site filled in says nothing of the project: it is the only one's, or nobody's. */
function isNamedOrOnly(context: AppContext, { name }: Project, told: string | undefined): boolean {
  return told === undefined ? Object.keys(context.set().telephony.projects).length === 1 : told === name;
}

function contactOf(lead: Lead, snapshot: VisitorSnapshot | undefined): ReportedContact {
  const { id, kind, receivedAt, phone, visitorId, duplicateOf, touch } = lead;
  return {
    id,
    kind: kind === 'message' ? 'text' : 'request',
    at: receivedAt,
    touches: snapshot === undefined ? [] : touchesOf(snapshot),
    labels: present({
      source: touch['utm_source'],
      medium: touch['utm_medium'],
      campaign: touch['utm_campaign'] ?? lead.campaign,
      term: touch['utm_term'],
    }),
    leadId: duplicateOf ?? id,
    ...deviceOf(snapshot),
    ...present({ phone, visitorId }),
  };
}

function touchesOf({ touches, earlierVisits }: VisitorSnapshot): readonly TimedSource[] {
  return [...earlierVisits.flatMap((visit) => visit.touches), ...touches];
}
