/** A whisper template is checked when it is saved, never only when an operator waits for it. */
import { LEAD_NAMES } from '../../domain/prompts/prompt-names.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';

/** Throws Fault `template-invalid`. Answers of the form are names too, so those the source sends are known by `answers`. */
export function checkWhisper(
  { ports }: AppContext,
  template: string | undefined,
  answers: readonly string[] = [],
): void {
  if (template === undefined || template.trim() === '') return;
  const problems = ports.templates.check(template, [...LEAD_NAMES, ...answers]);
  if (problems.length === 0) return;
  const fields = problems.map((problem) => ({ field: 'whisper_template', problem }));
  throw new Fault('template-invalid', problems.join('; '), { fields });
}
