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
  leg: z.union([legField, z.array(legField).min(1)]).describe('Who hears it: one leg, or several'),
  what: z.array(spokenField).min(1).describe('Played one after another'),
  ...stepBase(SPEAKING_OUTCOMES),
});

export const play = defineVerb<z.infer<typeof schema>, SpeakingState>({
  summary:
    'Plays files, tones, silence or prompts, one after another. With several legs each hears its own copy.',
  example: `
music:
  do: play
  leg: [caller, operator]
  what:
    - { file: jingle.wav }
    - { silenceMs: 500 }
    - { prompt: recording-notice, names: { company: "'Kitchens Ltd'" } }
    - { tone: beep }
  next: talk
`,
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
