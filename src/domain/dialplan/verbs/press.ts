/** `press`: sends keys to a party, for a menu or an extension behind its number. */
import { z } from 'zod';
import { textOf } from '../expressions.js';
import { isAlive, resolveLeg } from '../legs.js';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, legField, stepBase } from '../verb.js';
import { beginSpeaking, reactSpeaking, SPEAKING_OUTCOMES, type SpeakingState } from './speaking.js';

/** 100 ms a key and 50 ms between two, as the switch sends them, and as long again for the far end to listen. */
const MS_PER_KEY = 300;

const schema = z.strictObject({
  do: z.literal('press'),
  leg: legField.default('client').describe('Who gets them'),
  keys: expressionField
    .default({ op: 'name', name: 'call.keysAfterAnswer' })
    .describe('Expression that gives the keys 0-9 * #'),
  ...stepBase(SPEAKING_OUTCOMES),
});

export const press = defineVerb<z.infer<typeof schema>, SpeakingState>({
  summary: 'Sends keys to a party (RFC 4733); done at once when there are none.',
  schema,
  outcomes: SPEAKING_OUTCOMES,
  example: `
extension: { do: press, leg: client, keys: "'12#'", next: talk }
`,
  more: 'Without `keys` it sends those of `POST /v1/calls` (`dtmf`).',
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: [{ expression: step.keys, path: ['keys'] }],
  }),
  begin(turn, step) {
    if (!isAlive(turn, resolveLeg(turn, step.leg))) return leave('hung-up');
    const digits = textOf(valueOf(turn, step.keys)).replaceAll(/[^0-9*#]/g, '');
    if (digits === '') return leave('done');
    const silence = { kind: 'silence', ms: digits.length * MS_PER_KEY } as const;
    return beginSpeaking(turn, [step.leg], [{ kind: 'keys', digits }, silence]);
  },
  react: (turn, _step, state, event) => reactSpeaking(turn, state, event),
});
