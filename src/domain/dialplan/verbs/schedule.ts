/** `schedule`: the first of several opening hours that is open now. */
import { z } from 'zod';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';
import { clockText, isOpenNow } from './hours.js';

const OUTCOMES = {
  otherwise: { when: 'None of them is open.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('schedule'),
  rows: z
    .array(
      z.strictObject({
        hours: z.string().min(1).describe('Name of opening hours of the telephony set'),
        step: z.string().min(1).describe('Next step while they are open'),
      }),
    )
    .min(1)
    .describe('Tried from top to bottom'),
  ...stepBase(OUTCOMES),
});

export const schedule = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Goes by the clock: the first row whose hours are open.',
  schema,
  outcomes: OUTCOMES,
  example: `
by-time:
  do: schedule
  rows:
    - { hours: christmas, step: greetings }
    - { hours: office, step: find-operator }
    - { hours: late-shift, step: find-late }
  on: { otherwise: night }
`,
  names: (step) => ({
    refersTo: step.rows.map((row, index) => ({
      kind: 'hours',
      name: row.hours,
      path: ['rows', String(index), 'hours'],
    })),
    targets: step.rows.map((row, index) => ({
      step: row.step,
      path: ['rows', String(index), 'step'],
      label: row.hours,
    })),
  }),
  begin(turn, { rows }) {
    const index = rows.findIndex(({ hours }) => isOpenNow(turn, hours));
    const row = rows[index];
    return row === undefined
      ? leave('otherwise', clockText(turn))
      : { kind: 'jump', step: row.step, row: `rows.${index}.step` };
  },
});
