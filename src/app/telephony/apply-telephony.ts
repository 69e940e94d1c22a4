/**
 * Takes a telephony set into use as a numbered version: first it is stored with what changed, then new calls get it.
 * Calls in flight keep theirs. Sets come checked: one that does not lint never gets here.
 */
import {
  changesBetween,
  inForceAtStart,
  versionBefore,
  type SetSource,
  type SetVersion,
} from '../../domain/routing/set-versions.js';
import { Fault } from '../../errors.js';
import type { TelephonySet } from '../config.js';
import type { AppContext } from '../context.js';
import type { Repositories } from '../ports/store.js';
import type { SetBook } from './set-book.js';

/** A set with the hash of all it holds. */
export interface HashedSet extends TelephonySet {
  readonly hash: string;
}

export interface SetChange {
  readonly author: string;
  readonly source: SetSource;
  /** Below 100: a canary; these callers get the set, the others the one in force. */
  readonly percent: number;
}

/** How far back a start looks for what was in force. */
const LOOK_BACK = 50;

export async function applyTelephony(
  { ports }: AppContext,
  book: SetBook,
  set: HashedSet,
  change: SetChange,
): Promise<SetVersion> {
  const version = await ports.store.transaction((tx) => store(tx, set, change, ports.clock.now()));
  take(book, set, version);
  return version;
}

async function store(
  tx: Repositories,
  set: HashedSet,
  { author, source, percent }: SetChange,
  appliedAt: number,
): Promise<SetVersion> {
  const { hash } = set;
  const [newest] = await tx.telephonySets.latest(1);
  const before = newest === undefined ? undefined : await tx.telephonySets.byHash(newest.hash);
  await tx.telephonySets.keep(hash, JSON.stringify(bodyOf(set)));
  const changes =
    before === undefined ? [] : changesBetween(comparable(JSON.parse(before)), comparable(bodyOf(set)));
  const version = { hash, appliedAt, author, source, percent, changes };
  return { ...version, number: await tx.telephonySets.add(version) };
}

function take(book: SetBook, set: TelephonySet, { number, percent }: SetVersion): void {
  const numbered = { ...set, version: number };
  if (percent === 100) book.swap(numbered);
  else book.tryOut({ set: numbered, version: number, percent });
}

function bodyOf({ telephony, plans, inboundPlan }: TelephonySet): TelephonySet {
  return { telephony, plans, ...(inboundPlan === undefined ? {} : { inboundPlan }) };
}

/** As the files have it: sections beside each other, dialplans one of them. */
function comparable(body: unknown): object {
  const { telephony, plans, inboundPlan } = JSON.parse(JSON.stringify(body)) as TelephonySet;
  // The hash of the telephony differs whenever anything in it does, and says nothing.
  return {
    ...telephony,
    version: '',
    dialplans: plans,
    ...(inboundPlan === undefined ? {} : { inboundPlan }),
  };
}

/** What was applied last stays in force over a restart; files changed since are a new version. */
export async function adoptTelephony(
  context: AppContext,
  book: SetBook,
  files: HashedSet,
): Promise<SetVersion> {
  const { telephonySets } = context.ports.store;
  const { whole, canary } = inForceAtStart(await telephonySets.latest(LOOK_BACK), files.hash);
  if (whole === undefined)
    return applyTelephony(context, book, files, { author: 'system', source: 'start', percent: 100 });
  take(book, await storedSet(context, whole), whole);
  if (canary !== undefined) take(book, await storedSet(context, canary), canary);
  return canary ?? whole;
}

/** The set of a version, or of the one before the newest. Throws Fault `not-found`. */
export async function telephonyOf(
  context: AppContext,
  number?: number,
): Promise<{ readonly set: HashedSet; readonly version: SetVersion }> {
  const { telephonySets } = context.ports.store;
  const version =
    number === undefined
      ? versionBefore(await telephonySets.latest(LOOK_BACK))
      : await telephonySets.byNumber(number);
  if (version === undefined)
    throw new Fault(
      'not-found',
      number === undefined
        ? 'there is no earlier version to go back to'
        : `there is no telephony version ${number}`,
    );
  return { version, set: await storedSet(context, version) };
}

async function storedSet({ ports }: AppContext, { number, hash }: SetVersion): Promise<HashedSet> {
  const body = await ports.store.telephonySets.byHash(hash);
  if (body === undefined)
    throw new Fault('not-found', `the set of telephony version ${number} is not stored`);
  return { ...(JSON.parse(body) as TelephonySet), hash };
}
