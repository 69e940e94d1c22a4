/** `whisper`: tells one party alone what the call is about, before the bridge or during the talk. */
import { z } from 'zod';
import { operatorNamed } from '../groups.js';
import { resolveLeg } from '../legs.js';
import { leadWhisper } from '../spoken.js';
import type { Turn } from '../turn.js';
import { defineVerb, leave, legField, stepBase } from '../verb.js';
import { beginSpeaking, reactSpeaking, SPEAKING_OUTCOMES, type SpeakingState } from './speaking.js';

const schema = z.strictObject({
  do: z.literal('whisper'),
  leg: legField.default('operator'),
  ...stepBase(SPEAKING_OUTCOMES),
});

/** Language of the operator behind a leg; undefined: the call's. */
export function operatorLocale(turn: Turn, party: string | undefined): string | undefined {
  return operatorNamed(turn.facts, party)?.locale;
}

export const whisper = defineVerb<z.infer<typeof schema>, SpeakingState>({
  summary:
    "Speaks the lead's or the tracked call's whisper to one leg (the form's template, else the catalogue's). Skipped when the leg heard it while it was asked for the accept key.",
  example: `
tell-operator: { do: whisper, leg: operator, on: { done: talk, hung-up: try-again } }
`,
  more: `The text is the form's template, else the connection's, else the prompt \`whisper\`. It is skipped for an operator who heard it while being asked for the accept key.`,
  schema,
  outcomes: SPEAKING_OUTCOMES,
  names: (step) => ({ usesLegs: [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, step) {
    const leg = turn.session.legs[resolveLeg(turn, step.leg)];
    if (leg?.whispered === 'yes') return leave('done');
    return beginSpeaking(turn, [step.leg], [leadWhisper(turn.facts, operatorLocale(turn, leg?.party))]);
  },
  react: (turn, _, state, event) => reactSpeaking(turn, state, event),
});
