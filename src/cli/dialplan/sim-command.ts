/** `dialplan sim`: one run of a plan on a virtual clock, without a switch. Registered in commands/dialplan.ts. */
import { readFile } from 'node:fs/promises';
import { Fault, messageOf } from '../../errors.js';
import type { Dialplan } from '../../domain/dialplan/schema.js';
import { outcomeOf, runScript, transcriptOf, type ScriptRun } from '../../domain/simulation/run-script.js';
import { loadDialplans } from '../../settings/dialplans.js';
import type { SourceProblem } from '../../settings/yaml-source.js';
import type { Action } from '../context.js';
import { drawLadder } from './draw-ladder.js';
import { exampleScene, type Scene } from './example-facts.js';
import { chosenPlan } from './chosen-plan.js';
import { simulateByHand } from './interactive-command.js';
import { reportProblems } from './lint-command.js';
import { simulateCrowd, type PopulationOptions } from './population-command.js';
import { SCRIPT_START } from './run-test-file.js';
import { readScene } from './test-file.js';

interface SimOptions extends PopulationOptions {
  readonly folder: string;
  readonly script?: string;
  readonly scriptFile?: string;
  readonly facts?: string;
  readonly locale?: string;
  readonly interactive?: true;
}

export const simulatePlan: Action<SimOptions> = async (context, options, name = '') => {
  const loaded = await loadDialplans(options.folder);
  if (!loaded.ok) return reportProblems(context, loaded.problems);
  const plan = chosenPlan(loaded.plans, name);
  const scene = await sceneOf(options, plan);
  if (!scene.ok) return reportProblems(context, scene.problems);
  const { legs } = scene;
  const facts = options.locale === undefined ? scene.facts : { ...scene.facts, locale: options.locale };
  const { plans } = loaded;
  if (options.calls !== undefined)
    return simulateCrowd(context, options, {
      plan: name,
      plans,
      scene: { facts, legs },
      from: options.facts === undefined ? 'example' : 'file',
    });
  const lines = await linesOf(options);
  const script = { plan: name, plans, facts, legs, lines, startAt: SCRIPT_START };
  if (options.interactive !== undefined) return simulateByHand(context, script, options.folder);
  const run = runScript(script);
  context.output.result(simJson(name, run), () => [...drawLadder(run), '', outcomeText(run)].join('\n'));
  return 0;
};

type FoundScene =
  ({ readonly ok: true } & Scene) | { readonly ok: false; readonly problems: readonly SourceProblem[] };

async function sceneOf({ facts }: SimOptions, plan: Dialplan): Promise<FoundScene> {
  return facts === undefined ? { ok: true, ...exampleScene(plan) } : readScene(facts);
}

/** Lines end with a line break or a semicolon; a line that begins with `#` is a remark, as is the dash of a YAML list. */
async function linesOf({ script, scriptFile }: SimOptions): Promise<readonly string[]> {
  if (script !== undefined && scriptFile !== undefined)
    throw new Fault('option-unknown', 'give --script or --script-file, not both');
  const text = scriptFile === undefined ? (script ?? '') : await readScript(scriptFile);
  return text
    .split(/[\n;]/)
    .map((line) => line.trim().replace(/^- /, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function readScript(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Fault('field-invalid', `${path} cannot be read: ${messageOf(error)}`);
  });
}

function simJson(plan: string, run: ScriptRun): object {
  return {
    ok: true,
    plan,
    ended: run.decision.kind === 'end',
    outcome: outcomeOf(run),
    steps: run.happenings.flatMap((one) => (one.kind === 'step' ? [one.entered] : [])),
    transcript: transcriptOf(run.happenings),
    ignored: run.session.ignored,
  };
}

function outcomeText(run: ScriptRun): string {
  const said = Object.entries(outcomeOf(run)).map(([key, value]) => `${key}: ${value}`);
  const open = run.decision.kind === 'end' ? [] : ['the script ends before the call'];
  return [...open, ...said].join('\n');
}
