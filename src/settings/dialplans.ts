/** Reads dialplans/*.yaml into compiled plans; every problem of every file at its line. `*.test.yaml` are tests, not plans. */
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { lintPlans, lintReferences, type KnownReferences } from '../domain/dialplan/lint.js';
import { parseDialplan, type Dialplan, type Problem } from '../domain/dialplan/schema.js';
import type { Telephony } from '../domain/routing/telephony.js';
import type { Plans } from '../domain/dialplan/session.js';
import {
  holds,
  makePlans,
  MOST_STEPS_OF_SET,
  readTemplates,
  setTooLong,
  stepCount,
  type FilledPlan,
} from './plan-templates.js';
import { readYamlFile, type SourceProblem, type YamlSource } from './yaml-source.js';

export type LoadedDialplans =
  | { readonly ok: true; readonly plans: Plans; readonly sources: ReadonlyMap<string, YamlSource> }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

interface ReadPlan {
  readonly source?: YamlSource;
  readonly plan?: Dialplan;
  readonly problems: readonly SourceProblem[];
}

const AT_KEY = new Set(['key-unknown']);

function placed(source: YamlSource, problem: Problem): SourceProblem {
  const { path, ...rest } = problem;
  return source.problemAt(path, { ...rest, at: AT_KEY.has(problem.code) ? 'key' : 'value' });
}

/** A plan of more steps was generated, and belongs in several files; checking it would hold up the calls of the process. */
const MOST_STEPS = 500;

function tooLong(source: YamlSource, steps: number): SourceProblem {
  const message = `the plan has ${steps} steps; ${MOST_STEPS} are the most. Split it, and go between plans with goto`;
  return source.problemAt(['steps'], { code: 'plan-too-long', message, at: 'key' });
}

/** Every plan of the files: written out, or made of a template. */
function readPlans(sources: readonly YamlSource[]): readonly ReadPlan[] {
  const broken = sources.filter(({ problems }) => problems.length > 0);
  const good = sources.filter(({ problems }) => problems.length === 0);
  const { templates, problems } = readTemplates(good.filter((source) => holds('template', source)));
  const uses = good.filter((source) => holds('use', source)).map((source) => makePlans(source, templates));
  const written = good.filter((source) => !holds('template', source) && !holds('use', source));
  const told = [
    ...broken.flatMap((source) => source.problems),
    ...problems,
    ...uses.flatMap((one) => one.problems),
  ];
  return [
    ...told.map((problem): ReadPlan => ({ problems: [problem] })),
    ...readWithin([
      ...written.map((source) => ({ value: source.value, source })),
      ...uses.flatMap(({ plans }) => plans),
    ]),
  ];
}

/** Up to the most steps of a set; the plan that goes beyond is told of, and those after it are not looked at. */
function readWithin(plans: readonly FilledPlan[]): readonly ReadPlan[] {
  let steps = 0;
  const over = plans.findIndex(({ value }) => (steps += stepCount(value)) > MOST_STEPS_OF_SET);
  const first = over < 0 ? undefined : plans[over]?.source;
  const within = (over < 0 ? plans : plans.slice(0, over)).map(readPlan);
  return first === undefined ? within : [...within, { problems: [setTooLong(first, ['steps'], steps)] }];
}

function readPlan({ value, source }: FilledPlan): ReadPlan {
  const steps = stepCount(value);
  if (steps > MOST_STEPS) return { source, problems: [tooLong(source, steps)] };
  const parsed = parseDialplan(value);
  if (parsed.ok) return { source, plan: parsed.plan, problems: [] };
  return { source, problems: parsed.problems.map((problem) => placed(source, problem)) };
}

/** Plans by name, or why the set cannot be used; a name used twice is told at the second file. */
function byName(read: readonly ReadPlan[]): {
  plans: Record<string, Dialplan>;
  sources: Map<string, YamlSource>;
  problems: SourceProblem[];
} {
  const plans: Record<string, Dialplan> = {};
  const sources = new Map<string, YamlSource>();
  const problems: SourceProblem[] = [];
  for (const { source, plan } of read) {
    if (plan === undefined || source === undefined) continue;
    const earlier = sources.get(plan.name);
    if (earlier !== undefined)
      problems.push(
        source.problemAt(['name'], { code: 'name-twice', message: `${earlier.file} has this name too` }),
      );
    plans[plan.name] = plan;
    sources.set(plan.name, source);
  }
  return { plans, sources, problems };
}

/** What plans may refer to in this set. */
export function referencesOf({ groups, hours, trunks, webhooks, operators }: Telephony): KnownReferences {
  return {
    group: Object.keys(groups),
    hours: Object.keys(hours),
    trunk: Object.keys(trunks),
    webhook: Object.keys(webhooks),
    operator: Object.keys(operators),
  };
}

export interface LoadOptions {
  /** What the telephony set has; without it references are not checked. */
  readonly known?: KnownReferences;
  /**
   * `folders`: plans of folders below too. A program that runs calls reads this folder alone, so that collections of
   * examples beside the plans in use change nothing.
   */
  readonly under?: 'folders';
}

/** Collections may bring the telephony they refer to: a folder `config` beside the plans. */
export const CONFIG_BESIDE = 'config';

function isPlanFile(path: string): boolean {
  const isYaml = path.endsWith('.yaml') && !path.endsWith('.test.yaml');
  return isYaml && !path.split(sep).slice(0, -1).includes(CONFIG_BESIDE);
}

/** A missing folder has no plans. */
export async function loadDialplans(
  directory: string,
  { known = {}, under }: LoadOptions = {},
): Promise<LoadedDialplans> {
  const names = await readdir(directory, { recursive: under === 'folders' }).catch(() => []);
  const files = names.filter(isPlanFile).sort();
  const read = readPlans(await Promise.all(files.map((name) => readYamlFile(join(directory, name)))));
  const { plans, sources, problems } = byName(read);
  const linked = [...lintPlans(plans), ...lintReferences(plans, known)].flatMap(
    ({ path: [name, ...path], ...rest }) => {
      const source = sources.get(String(name));
      return source === undefined ? [] : [placed(source, { ...rest, path })];
    },
  );
  const all = [...read.flatMap((one) => one.problems), ...problems, ...linked];
  return all.length === 0 ? { ok: true, plans, sources } : { ok: false, problems: all };
}
