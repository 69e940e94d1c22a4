/**
 * Versions of the telephony: what changed between two sets, which set is in force after a restart, and which callers a
 * canary takes. Pure; called by app/telephony.
 */
import type { Instant } from '../values/ids.js';

export type SetSource = 'start' | 'file' | 'signal' | 'api' | 'rollback';

export interface SetVersion {
  /** From 1, in the order of applying. */
  readonly number: number;
  readonly hash: string;
  readonly appliedAt: Instant;
  readonly author: string;
  readonly source: SetSource;
  /** Of the callers; below 100 it is a canary beside the last whole version. */
  readonly percent: number;
  /** `+ dialplans.night`, `~ groups.sales`, `- trunks.old`. */
  readonly changes: readonly string[];
}

/** More changes are cut: what matters is in the set itself. */
const MOST_CHANGES = 200;

type Bag = Readonly<Record<string, unknown>>;

function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * By section and name (`groups.sales`), in dialplans by step (`dialplans.inbound.steps.talk`). Equal sets have none.
 */
export function changesBetween(before: object, after: object): readonly string[] {
  const all = compare(before as Bag, after as Bag, '', 2);
  return all.length <= MOST_CHANGES
    ? all
    : [...all.slice(0, MOST_CHANGES), `… and ${all.length - MOST_CHANGES} more`];
}

function compare(before: Bag, after: Bag, path: string, depth: number): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) =>
    compareOne(before[key], after[key], path === '' ? key : `${path}.${key}`, depth),
  );
}

function compareOne(before: unknown, after: unknown, path: string, depth: number): readonly string[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (before === undefined) return [`+ ${path}`];
  if (after === undefined) return [`- ${path}`];
  // A plan says which of its steps changed.
  const deeper = depth > 1 || path.startsWith('dialplans.') ? depth - 1 : 0;
  return isBag(before) && isBag(after) && (deeper > 0 || isInsidePlan(path))
    ? compare(before, after, path, deeper)
    : [`~ ${path}`];
}

/** `dialplans.inbound` and `dialplans.inbound.steps` are looked into; their steps are not. */
function isInsidePlan(path: string): boolean {
  return /^dialplans\.[^.]+(\.steps)?$/.test(path);
}

export interface InForce {
  /** Version that all callers get; undefined: the files. */
  readonly whole: SetVersion | undefined;
  /** Beside it for some callers. */
  readonly canary: SetVersion | undefined;
}

/**
 * What is in force when the program starts with these files: what was in force when it stopped, unless the files were
 * changed since they were last applied; then the files. `latest` is newest first.
 */
export function inForceAtStart(latest: readonly SetVersion[], filesHash: string): InForce {
  const lastFromFiles = latest.find(({ source }) => source !== 'rollback');
  if (lastFromFiles?.hash !== filesHash) return { whole: undefined, canary: undefined };
  const whole = latest.find(({ percent }) => percent === 100);
  const [newest] = latest;
  return { whole, canary: newest !== undefined && newest.percent < 100 ? newest : undefined };
}

/** The version that a rollback from the newest goes back to: the last whole one with another content. */
export function versionBefore(latest: readonly SetVersion[]): SetVersion | undefined {
  const [newest] = latest;
  if (newest === undefined) return undefined;
  if (newest.percent < 100) return latest.find(({ percent }) => percent === 100);
  return latest.find(({ percent, hash }) => percent === 100 && hash !== newest.hash);
}

/** The same caller is always on the same side of a canary: FNV-1a over its number and the version. */
export function isInCanary(caller: string, version: number, percent: number): boolean {
  let hash = 0x811c9dc5;
  for (const sign of `${version}:${caller}`)
    hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  // The low bits of FNV-1a are weak for short keys: fold the high ones in.
  return ((hash ^ (hash >>> 15)) >>> 0) % 100 < percent;
}
