/** A deal that the CRM (or a file of it) told of: stored, matched to what we know of the client, told on. Any number of times. */
import {
  changedDeal,
  clientTold,
  newDeal,
  type Deal,
  type DealChange,
  type DealReport,
} from '../../domain/deals/deal.js';
import { matchDeal } from '../../domain/deals/match-deal.js';
import type { DealId } from '../../domain/values/ids.js';
import { nearestName } from '../../domain/values/nearest.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit, type Unit } from '../events/commit.js';
import { dealContacts, requireNamed } from './deal-contacts.js';

export interface TakenDeal {
  readonly result: 'added' | DealChange['kind'];
  readonly deal: Deal;
}

/** Throws Fault `field-invalid` (call, lead or project that there is not), `store-unavailable`. */
export function takeDeal(context: AppContext, report: DealReport): Promise<TakenDeal> {
  requireProject(context, report.project);
  return commit(context, (unit) => storeDeal(context, unit, report));
}

export interface DealImport {
  readonly taken: readonly TakenDeal[];
  readonly refused: readonly RefusedDeal[];
}

export interface RefusedDeal {
  /** From 0. */
  readonly place: number;
  readonly problem: string;
}

/** The store is written by others between the batches: calls go on during an import of years. */
const BATCH = 50;

/** All of them or, when one names what there is not, none. A second run over the same reports changes nothing. */
export async function takeDeals(context: AppContext, reports: readonly DealReport[]): Promise<DealImport> {
  const problems = await Promise.all(reports.map((report) => problemOf(context, report)));
  const refused = problems.flatMap((problem, place) => (problem === undefined ? [] : [{ place, problem }]));
  const taken: TakenDeal[] = [];
  for (let at = 0; refused.length === 0 && at < reports.length; at += BATCH) {
    const some = reports.slice(at, at + BATCH);
    await commit(context, async (unit) => {
      for (const report of some) taken.push(await storeDeal(context, unit, report));
    });
  }
  return { taken, refused };
}

async function problemOf(context: AppContext, report: DealReport): Promise<string | undefined> {
  try {
    requireProject(context, report.project);
    await requireNamed(context.ports.store, report);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.code === 'field-invalid') return thrown.message;
    throw thrown;
  }
}

function requireProject(context: AppContext, name: string | undefined): void {
  const names = Object.keys(context.set().telephony.projects);
  if (name === undefined || names.includes(name)) return;
  const near = nearestName(name, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  throw new Fault('field-invalid', `project: there is no ${name}${hint}`, {
    fields: [{ field: 'project', problem: `is not configured${hint}` }],
  });
}

async function storeDeal({ ports }: AppContext, unit: Unit, report: DealReport): Promise<TakenDeal> {
  const { tx } = unit;
  const before = await tx.deals.byExternalId(report.externalId);
  const openedAt = report.openedAt ?? before?.openedAt ?? report.at;
  const { project, ...match } = matchDeal(await dealContacts(tx, clientTold(before, report)), openedAt);
  const matched = { ...match, ...present({ project: report.project ?? project ?? before?.project }) };
  if (before === undefined) {
    const deal = newDeal(ports.ids.next() as DealId, report, matched);
    await tx.deals.add(deal);
    tell(unit, deal);
    return { result: 'added', deal };
  }
  const change = changedDeal(before, report, matched);
  if (change.kind === 'changed') {
    await tx.deals.replace(change.deal);
    tell(unit, change.deal, change.was);
  }
  return { result: change.kind, deal: change.deal };
}

/** Who bought is not told: the event belongs to their call and lead, and goes with them. */
function tell(unit: Unit, deal: Deal, was?: Deal['status']): void {
  const { id, externalId, status, stage, amount, currency, at, callId, leadId } = deal;
  unit.tell({
    name: 'deal.changed',
    callId,
    leadId,
    payload: {
      deal_id: id,
      external_id: externalId,
      status,
      ...present({ was, stage, amount, currency }),
      deal_at: new Date(at).toISOString(),
    },
  });
}
