/** `play`: files, tones, silence or prompts, one after another, to one leg or several at once. */
import { z } from 'zod';
import { spokenExpressions, spokenField, spokenOf } from '../spoken.js';
import { defineVerb, legField, stepBase } from '../verb.js';
import {
  beginSpeaking,
  legNames,
  reactSpeaking,
  SPEAKING_OUTCOMES,
  usesLegs,
  type SpeakingState,
} from './speaking.js';

const schema = z.strictObject({
  do: z.literal('play'),
  leg: z.union([legField, z.array(legField).min(1)]),
  what: z.array(spokenField).min(1),
  ...stepBase(SPEAKING_OUTCOMES),
});

export const play = defineVerb<z.infer<typeof schema>, SpeakingState>({
  summary:
    'Plays files, tones, silence or prompts, one after another. With several legs each hears its own copy.',
  schema,
  outcomes: SPEAKING_OUTCOMES,
  names: (step) => ({ usesLegs: usesLegs(step.leg), expressions: spokenExpressions(step.what, ['what']) }),
  begin: (turn, step) =>
    beginSpeaking(
      turn,
      legNames(step.leg),
      step.what.map((item) => spokenOf(turn, item)),
    ),
  react: (turn, _, state, event) => reactSpeaking(turn, state, event),
});
