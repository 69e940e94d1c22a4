/** `dialplan lint`: every problem of every plan at its line. Registered in commands/dialplan.ts. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_LIMITS, type NumberRow } from '../../domain/dialplan/advice/advice.js';
import type { PromptCatalogue } from '../../domain/prompts/prompt-catalogue.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import { promptFolders } from '../../main/services.js';
import { CONFIG_BESIDE } from '../../settings/dialplans.js';
import { lintSet, type LintedSet } from '../../settings/lint-set.js';
import { loadSettings } from '../../settings/load.js';
import type { SourceProblem } from '../../settings/yaml-source.js';
import { loadPrompts } from '../../speech/load-prompts.js';
import { problemJson, problemsText } from '../commands/config.js';
import type { Action, CommandContext } from '../context.js';
import type { ExitCode } from '../output.js';
import { withStore } from '../with-store.js';
import { lintGithub, lintSarif, type LintFormat } from './lint-report.js';
import { readNumberRows } from './number-rows.js';

export interface LintOptions {
  readonly format?: LintFormat;
  /** `store`, or a CSV or JSON file. */
  readonly numbers?: string;
  readonly patience?: string;
  readonly longestText?: string;
}

export const lintPlans: Action<LintOptions> = async (context, options, folder = 'dialplans') => {
  const linted = await lintFolder(context, options, folder);
  if (linted.plans.length === 0 && !linted.problems.some(({ file }) => isInside(file, folder)))
    throw new Fault('field-invalid', `${folder} has no dialplan`);
  print(context, options.format ?? 'text', linted);
  return linted.problems.length === 0 ? 0 : 1;
};

/** A plan that cannot be read is no plan in the set, yet its folder is the right one. */
function isInside(file: string, folder: string): boolean {
  return resolve(file).startsWith(`${resolve(folder)}/`);
}

async function lintFolder(
  context: CommandContext,
  { numbers, patience, longestText }: LintOptions,
  folder: string,
): Promise<LintedSet> {
  const { environment } = context;
  const directory = settingsFor(context, folder);
  return lintSet({
    folder,
    directory,
    environment,
    catalogue: await catalogueOf(directory, environment),
    numbers: numbers === undefined ? undefined : await numbersOf(context, numbers),
    limits: {
      patienceSeconds: secondsOf(patience) ?? DEFAULT_LIMITS.patienceSeconds,
      textSeconds: secondsOf(longestText) ?? DEFAULT_LIMITS.textSeconds,
    },
  });
}

/** Those beside the plans, unless `--config` says which; without any the plans are linted alone. */
function settingsFor({ configDirectory, configFrom }: CommandContext, folder: string): string | undefined {
  const beside = join(folder, CONFIG_BESIDE);
  if (configFrom === 'default' && existsSync(join(beside, 'telephony.yaml'))) return beside;
  return existsSync(configDirectory) ? configDirectory : undefined;
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new Fault('field-invalid', `"${text}" is no number of seconds`);
}

async function numbersOf(context: CommandContext, source: string): Promise<readonly NumberRow[]> {
  if (source !== 'store') return readNumberRows(source);
  const stored = await withStore(context, ({ numbers }) => numbers.list());
  return stored
    .filter(({ state }) => state !== 'disabled' && state !== 'unassigned')
    .map(({ number, dialplan }) => ({ number, place: 'store', ...present({ plan: dialplan }) }));
}

/** Prompts with mistakes have a command of their own; here they are as good as absent. */
async function catalogueOf(
  directory: string | undefined,
  environment: CommandContext['environment'],
): Promise<PromptCatalogue | undefined> {
  if (directory === undefined) return undefined;
  const loaded = await loadSettings({ directory, environment, dialplans: undefined });
  if (!loaded.ok) return undefined;
  const { paths } = loaded.value.settings;
  if (!existsSync(paths.prompts)) return undefined;
  const prompts = await loadPrompts(promptFolders(paths));
  return prompts.ok ? prompts.catalogue : undefined;
}

function print({ output, streams }: CommandContext, format: LintFormat, linted: LintedSet): void {
  const { problems } = linted;
  if (format === 'json') streams.out(`${JSON.stringify(lintJson(linted))}\n`);
  else if (format === 'sarif') streams.out(`${JSON.stringify(lintSarif(problems, process.cwd()))}\n`);
  else output.result(lintJson(linted), () => (format === 'github' ? lintGithub(problems) : lintText(linted)));
}

/** `passed` and `failed` count plans; problems outside the plans count as one more that failed. */
function lintJson({ plans, problems, notRun }: LintedSet): object {
  const files = new Set(problems.map(({ file }) => file));
  const good = plans.filter(({ file }) => !files.has(file));
  return {
    ok: problems.length === 0,
    passed: good.length,
    failed: files.size,
    plans: plans.map(({ name }) => name),
    problems: problems.map(problemJson),
    not_run: notRun,
  };
}

const MISSING = {
  telephony: 'there are no settings beside the plans',
  prompts: 'there is no readable folder of prompts',
  numbers: 'give --numbers store or a file',
} as const;

function lintText({ plans, problems, notRun }: LintedSet): string {
  const good = `${plans.length} plan(s), no problems: ${plans.map(({ name }) => name).join(', ')}`;
  const why = [...new Set(notRun.map(({ needs }) => needs))].map((needs) => {
    const codes = notRun.filter((one) => one.needs === needs).map(({ code }) => code);
    return `not run, ${MISSING[needs]}: ${codes.join(', ')}`;
  });
  return [problemsText(problems, good), ...why].join('\n');
}

/** Plans with problems are neither tested nor tried: the problems are the answer. */
export function reportProblems({ output }: CommandContext, problems: readonly SourceProblem[]): ExitCode {
  output.result({ ok: false, problems: problems.map(problemJson) }, () => problemsText(problems, ''));
  return 1;
}
