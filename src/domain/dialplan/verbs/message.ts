/** `message`: the text or file that the request for this call has for a party. */
import { z } from 'zod';
import { isAlive, resolveLeg } from '../legs.js';
import { messageFor } from '../messages.js';
import { defineVerb, leave, legField, stepBase } from '../verb.js';
import { beginSpeaking, reactSpeaking, SPEAKING_OUTCOMES, type SpeakingState } from './speaking.js';

const schema = z.strictObject({
  do: z.literal('message'),
  leg: legField.default('client').describe('Who hears it'),
  ...stepBase(SPEAKING_OUTCOMES),
});

export const message = defineVerb<z.infer<typeof schema>, SpeakingState>({
  summary: 'Plays what `POST /v1/calls` has for this party; done at once when it has nothing.',
  schema,
  outcomes: SPEAKING_OUTCOMES,
  example: `
tell-client: { do: message, leg: client, next: talk }
`,
  names: (step) => ({ usesLegs: [{ leg: step.leg, path: ['leg'] }] }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    const what = messageFor(turn, leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    return what.length === 0 ? leave('done') : beginSpeaking(turn, [step.leg], what);
  },
  react: (turn, _step, state, event) => reactSpeaking(turn, state, event),
});
