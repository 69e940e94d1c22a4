/** `pick-up`: from another call, has a parked party ring an operator. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startPickUp } from '../activities.js';
import { textOf } from '../expressions.js';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, stay, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  asked: { when: 'The parked call rings the operator as soon as this one is over.', otherwise: 'required' },
  empty: { when: 'Nobody is parked there, or not with this controller.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('pick-up'),
  slot: expressionField.describe('Expression that gives the slot'),
  operator: expressionField
    .default({ op: 'name', name: 'call.trunk' })
    .describe('Expression that gives the operator. Default: the phone that calls'),
  ...stepBase(OUTCOMES),
});

export const pickUp = defineVerb<z.infer<typeof schema>, { readonly activity: ActivityId }>({
  summary: 'Asks for the party parked in a slot: the parked call then rings this operator.',
  schema,
  outcomes: OUTCOMES,
  example: `
ask-slot: { do: pick-up, slot: call.dialled, on: { asked: bye, empty: nobody-there } }
`,
  more: 'An operator dials the slot; hang this call up when it was `asked`, and the phone rings with the parked party.',
  names: (step) => ({
    expressions: [
      { expression: step.slot, path: ['slot'] },
      { expression: step.operator, path: ['operator'] },
    ],
  }),
  begin(turn, step) {
    const slot = textOf(valueOf(turn, step.slot));
    const operator = textOf(valueOf(turn, step.operator));
    if (slot === '' || operator === '') return leave('empty');
    return stay({ activity: startPickUp(turn, { slot, operator }) });
  },
  react(_, __, state, event) {
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    return leave(event.outcome.kind === 'done' ? 'asked' : 'empty');
  },
});
