/** How a dialplan writes down what is to be heard, and what becomes of it in a directive. Called by the speaking verbs. */
import { z } from 'zod';
import type { Spoken } from './directives.js';
import { textOf, type Expression } from './expressions.js';
import type { Facts } from './facts.js';
import type { StepNames } from './verb.js';
import { expressionField } from './verb.js';
import { valueOf, type Turn } from './turn.js';

const names = z
  .record(z.string(), expressionField)
  .optional()
  .describe('Further names for the text; each an expression');
const locale = z.string().optional();

export const spokenField = z.union([
  z.strictObject({ prompt: z.string(), locale, names }).describe('A prompt of the catalogue'),
  z
    .strictObject({
      text: z.string(),
      locale,
      names,
      recorded: z.string().optional().describe('Prompt to fall back on'),
    })
    .describe('A template text'),
  z.strictObject({ file: z.string() }),
  z.strictObject({ tone: z.enum(['ringback', 'busy', 'beep']) }),
  z.strictObject({ silenceMs: z.number().int().positive().max(60_000) }),
]);
export type SpokenField = z.infer<typeof spokenField>;

export function spokenOf(turn: Turn, field: SpokenField): Spoken {
  if ('file' in field) return { kind: 'file', path: field.file };
  if ('tone' in field) return { kind: 'tone', tone: field.tone };
  if ('silenceMs' in field) return { kind: 'silence', ms: field.silenceMs };
  const spokenIn = field.locale ?? localeOf(turn);
  const shared = {
    ...(spokenIn === undefined ? {} : { locale: spokenIn }),
    ...namesOf(turn, field.names),
  };
  if ('prompt' in field) return { kind: 'prompt', prompt: field.prompt, ...shared };
  return {
    kind: 'template',
    template: field.text,
    ...(field.recorded === undefined ? {} : { recorded: field.recorded }),
    ...shared,
  };
}

/** Undefined: that of the call. */
function localeOf({ session, plans }: Turn): string | undefined {
  return session.locale ?? plans[session.plan]?.locale;
}

function namesOf(
  turn: Turn,
  fields: Readonly<Record<string, Expression>> | undefined,
): { names?: Record<string, string> } {
  if (fields === undefined) return {};
  return {
    names: Object.fromEntries(
      Object.entries(fields).map(([name, expression]) => [name, textOf(valueOf(turn, expression))]),
    ),
  };
}

/** Form's or connection's template, else the catalogue's text for a lead or for a tracked call; in the operator's language. */
export function leadWhisper(facts: Facts, operatorLocale?: string): Spoken {
  const locale = operatorLocale === undefined ? {} : { locale: operatorLocale };
  const prompt = facts.direction === 'inbound' ? 'whisper-inbound' : 'whisper';
  if (facts.whisperTemplate === undefined) return { kind: 'prompt', prompt, ...locale };
  return { kind: 'template', template: facts.whisperTemplate, recorded: prompt, ...locale };
}

/** The expressions inside spoken items, for the linter. */
export function spokenExpressions(
  items: readonly SpokenField[],
  path: readonly string[],
): NonNullable<StepNames['expressions']> {
  return items.flatMap((item, index) =>
    'names' in item && item.names !== undefined
      ? Object.entries(item.names).map(([name, expression]) => ({
          expression,
          path: [...path, String(index), 'names', name],
        }))
      : [],
  );
}
