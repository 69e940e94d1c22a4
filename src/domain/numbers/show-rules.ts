/**
 * Ordered rules choose what a visit is shown: a static number, a number of a pool, or the site's own. The first rule
 * that fits wins. Called by showNumber; `numbers explain` shows the same trace.
 */
import { evaluate, isTrue, type Lookup } from '../dialplan/expressions.js';
import type { E164 } from '../values/ids.js';
import type { ProjectNumbering, ShowRule } from './pool.js';
import { LABEL_NAMES, type SourceLabels, type TrackedNumber } from './tracked-number.js';

/** A visit as rules see it; URLs arrive split. */
export interface Visit {
  readonly source: SourceLabels;
  readonly landing: UrlParts;
  readonly referrerHost?: string;
}

export interface UrlParts {
  readonly host: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Names an expression of a rule may use; `query.*` stands for every parameter of the landing page. */
export const RULE_NAMES = [...LABEL_NAMES, 'host', 'path', 'referrer'] as const;
export const RULE_OPEN_NAME = 'query.';

export function lookupVisit({ source, landing, referrerHost }: Visit): Lookup {
  const named: Readonly<Record<string, string | undefined>> = {
    ...source,
    host: landing.host,
    path: landing.path,
    referrer: referrerHost,
  };
  return (name) => {
    if (name.startsWith(RULE_OPEN_NAME)) return own(landing.query, name.slice(RULE_OPEN_NAME.length)) ?? null;
    return own(named, name) ?? null;
  };
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Undefined when no rule fits: the site's number stays. */
export function ruleFor({ rules }: Pick<ProjectNumbering, 'rules'>, visit: Visit): ShowRule | undefined {
  const lookup = lookupVisit(visit);
  return rules.find(({ when }) => when === undefined || isTrue(evaluate(when, lookup)));
}

type StaticNumber = Pick<TrackedNumber, 'number' | 'labels'>;

/**
 * The static number that says most about this source: all its labels must fit, more labels win, then the lower number.
 * So a number of one campaign goes before the number of its whole source.
 */
export function staticNumberFor(numbers: readonly StaticNumber[], source: SourceLabels): E164 | undefined {
  let best: { readonly number: E164; readonly labels: number } | undefined;
  for (const { number, labels } of numbers) {
    const count = fittingLabels(labels, source);
    if (count === undefined) continue;
    const further = best === undefined || count > best.labels;
    if (further || (count === best?.labels && number < best.number)) best = { number, labels: count };
  }
  return best?.number;
}

/** How many labels fit; undefined when one does not, or there is none. */
function fittingLabels(labels: SourceLabels, source: SourceLabels): number | undefined {
  const given = LABEL_NAMES.filter((name) => labels[name] !== undefined);
  if (given.length === 0 || given.some((name) => labels[name] !== source[name])) return undefined;
  return given.length;
}
