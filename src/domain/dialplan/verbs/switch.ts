/** `switch`: one of several ways, by a value or by conditions; the first that fits is taken. */
import { z } from 'zod';
import { expressionText, valuesText } from '../expression-text.js';
import { isTrue } from '../expressions.js';
import { lookupIn } from '../names.js';
import { valueOf, type Turn } from '../turn.js';
import { defineVerb, expressionField, leave, stepBase, type Outcomes, type StepNames } from '../verb.js';

const OUTCOMES = {
  otherwise: { when: 'No case fits.', otherwise: 'required' },
} as const satisfies Outcomes;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const step = z.string().min(1).describe('Next step');

const schema = z
  .strictObject({
    do: z.literal('switch'),
    value: expressionField.optional().describe('Expression whose value the cases with `is` name'),
    cases: z
      .array(
        z.union([
          z.strictObject({
            is: z.union([scalar, z.array(scalar).min(1)]).describe('Value, or several'),
            step,
          }),
          z.strictObject({ when: expressionField.describe('Expression that must be true'), step }),
        ]),
      )
      .min(1)
      .describe('Tried from top to bottom'),
    ...stepBase(OUTCOMES),
  })
  .refine((one) => one.value !== undefined || one.cases.every((row) => 'when' in row), {
    message: 'cases with `is` need `value`',
  });
type SwitchStep = z.infer<typeof schema>;

function fits(turn: Turn, { value }: SwitchStep, row: SwitchStep['cases'][number]): boolean {
  if ('when' in row) return isTrue(valueOf(turn, row.when));
  const wanted = typeof row.is === 'object' ? row.is : [row.is];
  const found = value === undefined ? null : valueOf(turn, value);
  return wanted.some((one) => one === found);
}

function names({ value, cases }: SwitchStep): StepNames {
  const own = value === undefined ? [] : [{ expression: value, path: ['value'] }];
  return {
    expressions: [
      ...own,
      ...cases.flatMap((row, index) =>
        'when' in row ? [{ expression: row.when, path: ['cases', String(index), 'when'] }] : [],
      ),
    ],
    targets: cases.map((row, index) => ({
      step: row.step,
      path: ['cases', String(index), 'step'],
      label: 'when' in row ? expressionText(row.when) : [row.is].flat().join(', '),
    })),
  };
}

/** What a person reads in `explain`: the values that no case fitted. */
function because(turn: Turn, { value, cases }: SwitchStep): string {
  const lookup = lookupIn(turn.facts, turn.session, turn.now);
  const all = [
    ...(value === undefined ? [] : [value]),
    ...cases.flatMap((row) => ('when' in row ? [row.when] : [])),
  ];
  return [...new Set(all.map((one) => valuesText(one, lookup) || expressionText(one)))].join(', ');
}

export const choose = defineVerb<SwitchStep, object>({
  summary: 'Goes one of several ways: the first case that fits.',
  schema,
  outcomes: OUTCOMES,
  example: `
by-source:
  do: switch
  value: attribution.source
  cases:
    - { is: tiktok, step: young-team }
    - { is: [google, bing], step: search-team }
    - { when: caller.timesCalled > 3, step: key-account }
  on: { otherwise: find-operator }
`,
  more: 'A case has either `is`, a value or a list of values, or `when`, an expression of its own.',
  names,
  begin(turn, one) {
    const index = one.cases.findIndex((row) => fits(turn, one, row));
    const row = one.cases[index];
    return row === undefined
      ? leave('otherwise', because(turn, one))
      : { kind: 'jump', step: row.step, row: `cases.${index}.step` };
  },
});
