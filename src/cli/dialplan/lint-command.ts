/** `dialplan lint`: every problem of every plan at its line. Registered in commands/dialplan.ts. */
import { Fault } from '../../errors.js';
import { loadDialplans } from '../../settings/dialplans.js';
import type { SourceProblem } from '../../settings/yaml-source.js';
import { problemJson, problemsText } from '../commands/config.js';
import type { Action, CommandContext } from '../context.js';
import type { ExitCode } from '../output.js';
import { lintGithub, lintSarif, type LintFormat } from './lint-report.js';

interface LintOptions {
  readonly format?: LintFormat;
}

export const lintPlans: Action<LintOptions> = async (context, { format = 'text' }, folder = 'dialplans') => {
  const loaded = await loadDialplans(folder);
  const problems = loaded.ok ? [] : loaded.problems;
  const plans = loaded.ok ? Object.keys(loaded.plans) : [];
  if (loaded.ok && plans.length === 0) throw new Fault('field-invalid', `${folder} has no dialplan`);
  const { out } = context.streams;
  const json = { ok: loaded.ok, plans, problems: problems.map(problemJson) };
  if (format === 'json') out(`${JSON.stringify(json)}\n`);
  else if (format === 'sarif') out(`${JSON.stringify(lintSarif(problems, process.cwd()))}\n`);
  else
    context.output.result(json, () =>
      format === 'github'
        ? lintGithub(problems)
        : problemsText(problems, `${plans.length} plan(s), no problems: ${plans.join(', ')}`),
    );
  return loaded.ok ? 0 : 1;
};

/** Plans with problems are neither tested nor tried: the problems are the answer. */
export function reportProblems({ output }: CommandContext, problems: readonly SourceProblem[]): ExitCode {
  output.result({ ok: false, problems: problems.map(problemJson) }, () => problemsText(problems, ''));
  return 1;
}
