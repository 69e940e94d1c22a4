/** `percent`: splits callers among several ways. The same caller always goes the same way: nothing here is chance. */
import { z } from 'zod';
import { textOf } from '../expressions.js';
import { stableShare } from '../stable-share.js';
import { enteredStep, valueOf, type Turn } from '../turn.js';
import { defineVerb, expressionField, noteField, type StepNames } from '../verb.js';

const schema = z
  .strictObject({
    do: z.literal('percent'),
    ways: z
      .array(
        z.strictObject({
          percent: z.number().min(0).max(100).describe('Share of the callers'),
          step: z.string().min(1).describe('Next step'),
        }),
      )
      .min(2)
      .describe('Their shares make 100'),
    by: expressionField
      .default({ op: 'name', name: 'call.clientNumber' })
      .describe('What decides: equal values go the same way. Default: the number of the outside party'),
    seed: z
      .string()
      .optional()
      .describe('Steps with the same seed split alike. Default: the names of plan and step'),
    note: noteField,
  })
  .refine(({ ways }) => Math.abs(ways.reduce((sum, { percent }) => sum + percent, 0) - 100) < 1e-6, {
    message: 'the shares must make 100',
    path: ['ways'],
  });
type PercentStep = z.infer<typeof schema>;

function names({ by, ways }: PercentStep): StepNames {
  return {
    expressions: [{ expression: by, path: ['by'] }],
    targets: ways.map(({ step, percent: share }, index) => ({
      step,
      path: ['ways', String(index), 'step'],
      label: `${share} %`,
    })),
  };
}

/** A caller without a number goes by the call: still the same way when it is replayed. */
function shareOf(turn: Turn, { by, seed }: PercentStep): number {
  const key = textOf(valueOf(turn, by));
  return stableShare(
    seed ?? `${turn.session.plan}/${enteredStep(turn)}`,
    key === '' ? turn.facts.callId : key,
  );
}

function wayOf(ways: PercentStep['ways'], share: number): number {
  let upTo = 0;
  const found = ways.findIndex(({ percent }) => {
    upTo += percent / 100;
    return share < upTo;
  });
  // The last way takes what rounding leaves over.
  return found < 0 ? ways.length - 1 : found;
}

export const percent = defineVerb<PercentStep, object>({
  summary: 'Splits callers by shares. A caller goes the same way each time.',
  schema,
  outcomes: {},
  example: `
share-with-partner:
  do: percent
  ways:
    - { percent: 20, step: partner }
    - { percent: 80, step: find-operator }
`,
  more: 'The choice is a hash of the number and of `seed`, so it stays the same after a restart, in a simulation and in a replay.',
  names,
  begin(turn, step) {
    const index = wayOf(step.ways, shareOf(turn, step));
    return { kind: 'jump', step: step.ways[index]?.step ?? '', row: `ways.${index}.step` };
  },
});
