/** `say`: one prompt of the catalogue, or one text, spoken in the call's language. */
import { z } from 'zod';
import type { Spoken } from '../directives.js';
import { textOf } from '../expressions.js';
import { spokenOf } from '../spoken.js';
import { valueOf, type Turn } from '../turn.js';
import { defineVerb, expressionField, legField, stepBase, type StepNames } from '../verb.js';
import {
  beginSpeaking,
  legNames,
  reactSpeaking,
  SPEAKING_OUTCOMES,
  usesLegs,
  type SpeakingState,
} from './speaking.js';

const schema = z
  .strictObject({
    do: z.literal('say'),
    leg: z.union([legField, z.array(legField).min(1)]).describe('Who hears it: one leg, or several'),
    prompt: z.string().optional().describe('Prompt of the catalogue'),
    promptFrom: expressionField.optional().describe('Expression that gives the name of the prompt'),
    text: z.string().optional().describe('Template text'),
    locale: z.string().optional().describe('Language, when it is not that of the call'),
    names: z
      .record(z.string(), expressionField)
      .optional()
      .describe('Further names for the text; each an expression'),
    ...stepBase(SPEAKING_OUTCOMES),
  })
  .refine(
    (step) => [step.prompt, step.promptFrom, step.text].filter((given) => given !== undefined).length === 1,
    {
      message: 'give exactly one of prompt, promptFrom, text',
    },
  );
type SayStep = z.infer<typeof schema>;

function spoken(turn: Turn, step: SayStep): Spoken {
  const shared = { locale: step.locale, names: step.names };
  if (step.text !== undefined) return spokenOf(turn, { text: step.text, ...shared });
  const prompt = step.promptFrom === undefined ? step.prompt : textOf(valueOf(turn, step.promptFrom));
  return spokenOf(turn, { prompt: prompt ?? '', ...shared });
}

function names(step: SayStep): StepNames {
  const own = step.promptFrom === undefined ? [] : [{ expression: step.promptFrom, path: ['promptFrom'] }];
  const given = Object.entries(step.names ?? {}).map(([name, expression]) => ({
    expression,
    path: ['names', name],
  }));
  return { usesLegs: usesLegs(step.leg), expressions: [...own, ...given] };
}

export const say = defineVerb<SayStep, SpeakingState>({
  summary: 'Speaks one prompt of the catalogue or one template text.',
  example: `
greet: { do: say, leg: caller, text: 'Hello {{ name }}', names: { name: lead.name }, next: menu }
menu: { do: say, leg: caller, promptFrom: policy.recordingAnnouncement, next: talk }
`,
  schema,
  outcomes: SPEAKING_OUTCOMES,
  names,
  begin: (turn, step) => beginSpeaking(turn, legNames(step.leg), [spoken(turn, step)]),
  react: (turn, _, state, event) => reactSpeaking(turn, state, event),
});
