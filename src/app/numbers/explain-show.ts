/** Which rule a visit would meet and what it would show, rule by rule; nothing is leased. */
import { makeTouch, type Touch } from '../../domain/attribution/touch.js';
import { evaluate, isTrue } from '../../domain/dialplan/expressions.js';
import type { RuleTarget } from '../../domain/numbers/pool.js';
import { lookupVisit, staticNumberFor, type UrlParts, type Visit } from '../../domain/numbers/show-rules.js';
import type { E164 } from '../../domain/values/ids.js';
import { nearestName } from '../../domain/values/nearest.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';

export interface ShowQuestion {
  /** Absent: the only one there is. */
  readonly project?: string;
  readonly url: string;
  readonly landing: UrlParts;
  readonly referrer?: { readonly url: string; readonly host: string };
}

export interface ShowExplanation {
  readonly project: string;
  readonly touch: Touch;
  readonly rules: readonly { readonly name: string; readonly fits: 'yes' | 'no' }[];
  /** Absent: no rule fits. */
  readonly rule?: string;
  readonly show: RuleTarget;
  /** Of a static target: the number it comes to. */
  readonly number?: E164;
  /** Of a pool: how many of its numbers are free now, and in all. */
  readonly pool?: { readonly free: number; readonly numbers: number };
}

/** Throws Fault `not-found`. */
export async function explainShow(context: AppContext, question: ShowQuestion): Promise<ShowExplanation> {
  const { telephony } = context.set();
  const name = projectName(Object.keys(telephony.projects), question.project);
  const project = telephony.projects[name];
  if (project === undefined) throw unknownProject(name, Object.keys(telephony.projects));
  const touch = touchOf(context, question);
  const visit: Visit = {
    source: touch,
    landing: question.landing,
    ...present({ referrerHost: question.referrer?.host }),
  };
  const lookup = lookupVisit(visit);
  const rules = project.rules.map((rule) => ({
    rule,
    fits: rule.when === undefined || isTrue(evaluate(rule.when, lookup)),
  }));
  const winner = rules.find(({ fits }) => fits)?.rule;
  const show = winner?.show ?? { kind: 'site-number' };
  return {
    project: name,
    touch,
    rules: rules.map(({ rule, fits }) => ({ name: rule.name, fits: fits ? 'yes' : 'no' })),
    show,
    ...present({ rule: winner?.name }),
    ...(await whatItMeans(context, name, show, touch)),
  };
}

function touchOf(context: AppContext, { url, landing, referrer }: ShowQuestion): Touch {
  const page = { url, ...landing };
  const at = context.ports.clock.now();
  return makeTouch({ at, page, ...present({ referrer }) }, context.set().telephony.channels);
}

function projectName(names: readonly string[], wanted: string | undefined): string {
  if (wanted !== undefined) return wanted;
  if (names.length === 1) return names[0] ?? '';
  throw new Fault(
    'field-invalid',
    `name the project: ${names.join(', ') || 'there is none in the settings'}`,
  );
}

function unknownProject(name: string, names: readonly string[]): Fault {
  const near = nearestName(name, names);
  return new Fault(
    'not-found',
    `there is no project ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}

async function whatItMeans(
  context: AppContext,
  project: string,
  show: RuleTarget,
  touch: Touch,
): Promise<Partial<Pick<ShowExplanation, 'number' | 'pool'>>> {
  if (show.kind === 'static') {
    const number = show.number ?? staticNumberFor(await context.numbers.statics(project), touch);
    return present({ number });
  }
  if (show.kind !== 'pool') return {};
  const { store, clock } = context.ports;
  return { pool: await store.numberLeases.occupancy(show.pool, clock.now()) };
}
