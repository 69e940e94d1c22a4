/**
 * Which number a visit is shown. Rules choose between the site's number, a static one and a pool; of a pool the pure
 * choice takes one and a conditional write makes it this visitor's. Whoever lost that race chooses again.
 */
import type { Project } from '../../domain/attribution/project.js';
import { chooseNumber } from '../../domain/numbers/choose-number.js';
import { leaseTimes, type PoolNumber } from '../../domain/numbers/lease.js';
import type { NumberLease } from '../../domain/numbers/number-lease.js';
import type { Pool, RuleTarget } from '../../domain/numbers/pool.js';
import { ruleFor, staticNumberFor, type UrlParts, type Visit } from '../../domain/numbers/show-rules.js';
import {
  LABEL_NAMES,
  displayOf,
  kindOfNumber,
  type NumberKind,
  type SourceLabels,
} from '../../domain/numbers/tracked-number.js';
import type { E164, Instant } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';

export interface ShowRequest {
  readonly project: string;
  readonly sessionId: string;
  readonly visitorId: string;
  /** What this visit is labelled with; other fields are ignored. */
  readonly source: SourceLabels;
  readonly landing: UrlParts;
  readonly referrerHost?: string;
  /** Path of the page that asks. */
  readonly page?: string;
  /** The number that stands on the page; absent: any number will do. */
  readonly siteNumber?: E164;
  readonly userAgentClass: 'person' | 'bot';
  readonly at: Instant;
}

export type WhySiteNumber =
  'bot' | 'no-project' | 'rule' | 'no-static-number' | 'pool-empty' | 'too-many-requests';

export type Shown =
  | {
      readonly kind: 'number';
      readonly number: E164;
      /** As people of its country write it. */
      readonly display: string;
      /** Without a sign of life it may be another's from then on; absent: for ever. */
      readonly until?: Instant;
    }
  | { readonly kind: 'site-number'; readonly why: WhySiteNumber };

/** Throws Fault `store-unavailable`: the page keeps its own number. */
export async function showNumber(context: AppContext, request: ShowRequest): Promise<Shown> {
  const shown = await shownTo(context, request);
  const why = shown.kind === 'site-number' ? shown.why : 'number';
  context.ports.metrics.count('dialtrace_numbers_shown_total', { project: request.project, what: why });
  return shown;
}

async function shownTo(context: AppContext, request: ShowRequest): Promise<Shown> {
  const project = context.set().telephony.projects[request.project];
  if (project === undefined) return siteNumber('no-project');
  if (request.userAgentClass === 'bot') return siteNumber('bot');
  const visit: Visit = {
    source: request.source,
    landing: request.landing,
    ...present({ referrerHost: request.referrerHost }),
  };
  const target = ruleFor(project, visit)?.show ?? { kind: 'site-number' };
  return showTarget(context, request, project, target);
}

function siteNumber(why: WhySiteNumber): Shown {
  return { kind: 'site-number', why };
}

async function showTarget(
  context: AppContext,
  request: ShowRequest,
  project: Project,
  target: RuleTarget,
): Promise<Shown> {
  if (target.kind === 'site-number') return siteNumber('rule');
  if (target.kind === 'static') {
    const statics = target.number === undefined ? await context.numbers.statics(project.name) : [];
    const number = target.number ?? staticNumberFor(statics, request.source);
    return number === undefined ? siteNumber('no-static-number') : shownForEver(number);
  }
  const pool = context.set().telephony.pools[target.pool];
  return pool === undefined ? siteNumber('pool-empty') : showOfPool(context, request, project, pool);
}

type ShownNumber = Extract<Shown, { kind: 'number' }>;

function shownForEver(number: E164): ShownNumber {
  return { kind: 'number', number, display: displayOf(number) };
}

async function showOfPool(
  context: AppContext,
  request: ShowRequest,
  project: Project,
  pool: Pool,
): Promise<Shown> {
  const { numberLeases } = context.ports.store;
  const like = request.siteNumber === undefined ? undefined : kindOfNumber(request.siteNumber);
  const held = (await numberLeases.ofSession(request.sessionId)).find(
    (lease) => lease.pool === pool.name && lease.tailUntil > request.at && isLike(lease.number, like),
  );
  if (held !== undefined) {
    const times = leaseTimes(pool, request.at);
    if ((await numberLeases.seen(held, { times, at: request.at })) === 'kept')
      return { ...shownForEver(held.number), until: times.heldUntil };
  }
  return leaseOfPool(context, request, { project, pool, ...present({ like }) });
}

function isLike(number: E164, like: NumberKind | undefined): boolean {
  if (like === undefined) return true;
  const kind = kindOfNumber(number);
  return kind.type === like.type && kind.country === like.country;
}

/** Who loses as many races in a row saw as many others win: the pool is being emptied. */
const RACES = 20;

interface Source {
  readonly project: Project;
  readonly pool: Pool;
  readonly like?: NumberKind;
}

async function leaseOfPool(
  context: AppContext,
  request: ShowRequest,
  { project, pool, like }: Source,
): Promise<Shown> {
  const { numberLeases } = context.ports.store;
  const wish = { visitorId: request.visitorId, now: request.at, ...present({ like }) };
  const { name, tailSeconds, coolDownSeconds } = pool;
  for (let race = 0; race < RACES; race += 1) {
    const outcome = await numberLeases.lease(
      { ...wish, pool: name, tailSeconds, coolDownSeconds, perMinute: project.leasesPerMinute },
      (shortlist) => {
        const choice = chooseNumber(pool, wish, shortlist);
        return choice.kind === 'none' ? undefined : leaseOf(request, pool, choice);
      },
    );
    if (outcome.kind === 'none') break;
    if (outcome.kind === 'too-many') return siteNumber('too-many-requests');
    if (outcome.kind === 'taken')
      return { ...shownForEver(outcome.lease.number), until: outcome.lease.heldUntil };
  }
  return overflow(context, request, pool);
}

function leaseOf(
  request: ShowRequest,
  pool: Pool,
  { as, number }: { readonly as: NumberLease['as']; readonly number: Pick<PoolNumber, 'number' | 'turn'> },
): NumberLease {
  const { visitorId, sessionId, page, at } = request;
  return {
    number: number.number,
    turn: number.turn + 1,
    pool: pool.name,
    project: pool.project,
    visitorId,
    sessionId,
    labels: labelsOf(request.source),
    ...present({ page }),
    takenAt: at,
    seenAt: at,
    ...leaseTimes(pool, at),
    as,
  };
}

/** Only the labels of a touch; campaigns are text of strangers and are cut, not judged. */
function labelsOf(source: SourceLabels): SourceLabels {
  return present(Object.fromEntries(LABEL_NAMES.map((name) => [name, source[name]?.slice(0, LABEL_LENGTH)])));
}

const LABEL_LENGTH = 300;
const HOUR_MS = 3_600_000;

async function overflow(context: AppContext, request: ShowRequest, pool: Pool): Promise<Shown> {
  const { numberLeases } = context.ports.store;
  await numberLeases.countOverflow(pool.name, request.at - (request.at % HOUR_MS));
  if (pool.overflow.kind !== 'number') return siteNumber('pool-empty');
  const { number } = pool.overflow;
  await numberLeases.addShared(leaseOf(request, pool, { as: 'shared', number: { number, turn: 0 } }));
  return shownForEver(number);
}
