/** Why each step of a stored call led where it did: the condition with its value and result, and the ways not taken. */
import { expressionText } from '../dialplan/expression-text.js';
import { followsOf, namesOf } from '../dialplan/lint.js';
import type { Plans, TraceEntry } from '../dialplan/session.js';
import type { StepShape } from '../dialplan/verb.js';
import { VERBS } from '../dialplan/verbs/table.js';

export interface Choice {
  /** `plan/step`. */
  readonly step: string;
  readonly verb: string;
  /** As written, of steps that test something. */
  readonly condition?: string;
  /** What it came to, with the values it rested on: why the next step was entered. */
  readonly result: string;
  readonly taken: string;
  /** `on.no → bye`, with what would have had to happen. */
  readonly lost: readonly string[];
}

/** One choice for each step but the last. Steps that the stored plans do not have are passed over. */
export function choicesOf(trace: readonly TraceEntry[], plans: Plans): readonly Choice[] {
  return trace.flatMap((entry, index) => {
    const next = trace[index + 1];
    const step = plans[entry.plan]?.steps[entry.step];
    return next === undefined || step === undefined ? [] : [choiceOf(entry, step, next)];
  });
}

function choiceOf({ plan, step: id }: TraceEntry, step: StepShape, next: TraceEntry): Choice {
  const rows = followsOf(step).map(({ path, step: to, plan: other }) => ({
    row: path.join('.'),
    to: other === undefined ? to : `${other}/${to}`,
  }));
  const condition = step.do === 'if' ? namesOf(step).expressions?.[0]?.expression : undefined;
  return {
    step: `${plan}/${id}`,
    verb: step.do,
    ...(condition === undefined ? {} : { condition: expressionText(condition) }),
    result: next.why.replace(`${id}: `, ''),
    taken: `${next.row ?? ''} → ${next.step}`,
    lost: rows
      .filter(({ row }) => row !== next.row)
      .map(({ row, to }) => `${row} → ${to}${neededFor(step, row)}`),
  };
}

function neededFor(step: StepShape, row: string): string {
  const when = row.startsWith('on.') ? VERBS[step.do]?.outcomes[row.slice('on.'.length)]?.when : undefined;
  return when === undefined ? '' : ` (${when})`;
}
