/** `callback`: makes a lead of this caller, who is then called back like any other lead. */
import { z } from 'zod';
import type { ActivityId } from '../../values/ids.js';
import { startCallback } from '../activities.js';
import { textOf } from '../expressions.js';
import { valueOf } from '../turn.js';
import { defineVerb, expressionField, leave, stay, stepBase, variableField, type Outcomes } from '../verb.js';
import { setVariable } from '../turn.js';

const OUTCOMES = {
  requested: { when: 'A lead was made; it is called now or when the group opens.', otherwise: 'required' },
  refused: {
    when: 'There is no number, or it may not be called; the lead is stored with the reason.',
    otherwise: { as: 'failed' },
  },
  failed: { when: 'It could not be stored, or nobody knows whether it was.', otherwise: 'end' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('callback'),
  number: expressionField
    .default({ op: 'name', name: 'call.clientNumber' })
    .describe('Expression that gives the number. Default: the number of the outside party'),
  group: z.string().min(1).optional().describe("Group that calls back; default: the policy's"),
  delaySeconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(30)
    .describe('Not before this long from now: the caller hangs up first'),
  into: variableField
    .optional()
    .describe('Variable for the status of the lead: queued, deferred, duplicate, …'),
  ...stepBase(OUTCOMES),
});

const CALLED = ['queued', 'deferred', 'duplicate'];

export const callback = defineVerb<z.infer<typeof schema>, { readonly activity: ActivityId }>({
  summary: 'Turns this caller into a lead that is called back.',
  schema,
  outcomes: OUTCOMES,
  example: `
call-me-back: { do: callback, into: promised, on: { requested: promise, failed: apologise } }
`,
  more: "The lead is stored in the same transaction as the step, follows the default policy (hours, attempts, duplicates) and inherits the call's attribution. A number that is being called back already counts as `requested`.",
  names: (step) => ({
    expressions: [{ expression: step.number, path: ['number'] }],
    setsVariables: step.into === undefined ? [] : [step.into],
    refersTo: step.group === undefined ? [] : [{ kind: 'group' as const, name: step.group, path: ['group'] }],
  }),
  begin(turn, { number, group, delaySeconds }) {
    const wanted = textOf(valueOf(turn, number));
    if (wanted === '') return leave('refused');
    const activity = startCallback(turn, {
      number: wanted,
      delaySeconds,
      locale: turn.session.locale ?? turn.facts.locale,
      ...(group === undefined ? {} : { group }),
    });
    return stay({ activity });
  },
  react(turn, step, state, event) {
    if (event.kind !== 'activity-ended' || event.activity !== state.activity) return undefined;
    if (event.outcome.kind !== 'lead-taken') return leave('failed');
    const { status } = event.outcome;
    if (step.into !== undefined) setVariable(turn, step.into, status);
    return leave(CALLED.includes(status) ? 'requested' : 'refused', `the lead is ${status}`);
  },
});
