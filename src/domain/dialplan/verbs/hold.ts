/** `hold`: one party waits with music while the plan goes on with others. */
import { z } from 'zod';
import { isAlive, resolveLeg } from '../legs.js';
import { defineVerb, leave, legField, stepBase, type Outcomes } from '../verb.js';
import { soundExpressions, startWaitingSound, waitingSoundField } from './waiting-sound.js';

const OUTCOMES = {
  done: {
    when: 'At once; the party waits until it is bridged or hears something else.',
    otherwise: 'required',
  },
  'hung-up': { when: 'The party is gone.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('hold'),
  leg: legField.describe('Party that waits'),
  hears: waitingSoundField,
  ...stepBase(OUTCOMES),
});

export const hold = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Puts one party on hold: parts it from the talk and plays music to it while the plan goes on.',
  schema,
  outcomes: OUTCOMES,
  example: `
wait-please: { do: hold, leg: caller, hears: [{ file: music.wav }], next: ask-operator }
`,
  more: 'A `bridge` with this leg ends the hold. A phone that puts us on hold by itself is followed without a step.',
  names: (step) => ({
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    expressions: soundExpressions(step.hears, 'hears'),
  }),
  begin(turn, step) {
    const leg = resolveLeg(turn, step.leg);
    if (!isAlive(turn, leg)) return leave('hung-up');
    startWaitingSound(turn, leg, step.hears);
    return leave('done');
  },
});
