/**
 * Plans with everything beside them, as `dialplan lint` sees them: the mistakes that keep the set from being loaded, and
 * when there are none the advice, each at its line. What is not there (settings, prompts, numbers) is not needed: the
 * rules that look at it are reported as not run.
 */
import type { PromptCatalogue } from '../domain/prompts/prompt-catalogue.js';
import { adviseOn, type Advice, type AdviceReport } from '../domain/dialplan/advice/advice-rules.js';
import type { LintLimits, LintWorld, NumberRow } from '../domain/dialplan/advice/advice.js';
import { present } from '../domain/values/present.js';
import { loadDialplans, referencesOf } from './dialplans.js';
import { loadSettings, type Loaded, type LoadResult } from './load.js';
import type { SourceProblem, YamlSource } from './yaml-source.js';

export interface LintRequest {
  readonly folder: string;
  /** Folder of the settings and telephony; without one the plans are linted alone. */
  readonly directory: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly catalogue: PromptCatalogue | undefined;
  readonly numbers: readonly NumberRow[] | undefined;
  readonly limits: LintLimits;
}

export interface LintedSet {
  /** Every plan that could be read, by name, with its file. */
  readonly plans: readonly { readonly name: string; readonly file: string }[];
  readonly problems: readonly SourceProblem[];
  readonly notRun: AdviceReport['notRun'];
}

export async function lintSet(request: LintRequest): Promise<LintedSet> {
  const known = await settingsOf(request, undefined);
  const references = known?.ok === true ? referencesOf(known.value.telephony) : {};
  const dialplans = await loadDialplans(request.folder, { known: references });
  const settings = await settingsOf(request, dialplans.ok ? Object.keys(dialplans.plans) : undefined);
  const problems = [...problemsOf(dialplans), ...problemsOf(settings)];
  if (!dialplans.ok) return { plans: [], problems, notRun: [] };
  const plans = [...dialplans.sources].map(([name, { file }]) => ({ name, file }));
  if (problems.length > 0) return { plans, problems, notRun: [] };
  const loaded = settings?.ok === true ? settings.value : undefined;
  const { found, notRun } = adviseOn(worldOf(request, dialplans.plans, loaded));
  const advice = found.flatMap((one) => placed(one, sourceIn(one, dialplans.sources, loaded)));
  return { plans, problems: advice, notRun };
}

async function settingsOf(
  { directory, environment }: LintRequest,
  dialplans: readonly string[] | undefined,
): Promise<LoadResult | undefined> {
  return directory === undefined ? undefined : loadSettings({ directory, environment, dialplans });
}

type Read = { readonly ok: true } | { readonly ok: false; readonly problems: readonly SourceProblem[] };

function problemsOf(read: Read | undefined): readonly SourceProblem[] {
  return read === undefined || read.ok ? [] : read.problems;
}

function worldOf(
  { catalogue, numbers, limits }: LintRequest,
  plans: LintWorld['plans'],
  loaded: Loaded | undefined,
): LintWorld {
  const known = { telephony: loaded?.telephony, inboundPlan: loaded?.settings.calls.inboundPlan };
  return { plans, limits, ...present({ ...known, catalogue, numbers }) };
}

function sourceIn(
  { in: place, path }: Advice,
  plans: ReadonlyMap<string, YamlSource>,
  loaded: Loaded | undefined,
): YamlSource | undefined {
  if (place === 'telephony') return loaded?.sourceOf(String(path[0]));
  return 'plan' in place ? plans.get(place.plan) : undefined;
}

function placed(
  { in: place, path, code, message, suggestion }: Advice,
  source: YamlSource | undefined,
): readonly SourceProblem[] {
  const said = { code, message, ...present({ suggestion }) };
  if (source === undefined)
    return [{ ...placeOf(place), column: 1, sourceLine: '', level: 'advice', ...said }];
  const problem = source.problemAt(path, { at: 'key', ...said });
  return source.isSilenced(code, problem.line) ? [] : [{ ...problem, level: 'advice' }];
}

/** `numbers.csv:12` → its line; the store has none. */
function placeOf(place: Advice['in']): Pick<SourceProblem, 'file' | 'line'> {
  const text = typeof place === 'object' && 'place' in place ? place.place : '';
  const [, file = text, line = '0'] = /^(.*):(\d+)$/.exec(text) ?? [];
  return { file, line: Number(line) };
}
