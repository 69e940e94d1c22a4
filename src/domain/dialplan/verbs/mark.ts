/** `mark`: says what the call was, for reports; `later` with a typed time, `blacklist` for good. */
import { z } from 'zod';
import { CALL_MARKS } from '../../calls/call.js';
import { keyedTime, localTime } from '../../schedule/keyed-time.js';
import { textOf } from '../expressions.js';
import { markCall, speakerOf } from '../marks.js';
import { setVariable, valueOf, type Turn } from '../turn.js';
import { defineVerb, expressionField, leave, legField, stepBase, type Outcomes } from '../verb.js';

const OUTCOMES = {
  done: { when: 'At once.', otherwise: 'required' },
  unclear: { when: '`at` is neither minutes nor a time; nothing was marked.', otherwise: { as: 'done' } },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('mark'),
  as: z.enum(CALL_MARKS).describe('What it was'),
  reason: z.string().min(1).max(50).optional().describe('advertising, vacancy, partner, …; also a tag'),
  at: expressionField
    .optional()
    .describe('later: typed digits, minutes from now or HHMM of the group; read back as `laterTime`'),
  by: legField.default('operator').describe('Who says it'),
  ...stepBase(OUTCOMES),
});
type MarkStep = z.infer<typeof schema>;

function laterOf(turn: Turn, step: MarkStep): { readonly at?: number } | 'unclear' {
  if (step.at === undefined) return {};
  const zone = turn.facts.group?.timeZone ?? 'UTC';
  const at = keyedTime(textOf(valueOf(turn, step.at)), turn.now, zone);
  if (at === undefined) return 'unclear';
  setVariable(turn, 'laterTime', localTime(at, zone));
  return { at };
}

export const mark = defineVerb<MarkStep, object>({
  summary:
    'Says what the call was: `target`, `not-target` with a reason, `later` with a time, `spam`, `blacklist` (never called again). The last word counts.',
  schema,
  outcomes: OUTCOMES,
  example: `
when: { do: gather, leg: operator, maxDigits: 4, into: wanted, on: { digits: later, no-input: vacancy } }
vacancy: { do: mark, as: not-target, reason: vacancy, next: thanks }
later: { do: mark, as: later, at: wanted, on: { done: confirm-later, unclear: ask-again } }
never-again: { do: mark, as: blacklist, by: client, next: confirm-never-again }
`,
  more: "`at` takes typed digits: minutes from now (`30`) or a time of the day (`1430`) in the group's zone; `laterTime` reads it back. What marks do stands in [outcomes.md](outcomes.md).",
  names: (step) => ({
    usesLegs: [{ leg: step.by, path: ['by'] }],
    setsVariables: step.at === undefined ? [] : ['laterTime'],
    expressions: step.at === undefined ? [] : [{ expression: step.at, path: ['at'] }],
  }),
  begin(turn, step) {
    const later = laterOf(turn, step);
    if (later === 'unclear') return leave('unclear');
    markCall(turn, step.as, speakerOf(turn, step.by), {
      ...(step.reason === undefined ? {} : { reason: step.reason }),
      ...(later.at === undefined ? {} : { later_at: new Date(later.at).toISOString() }),
    });
    return leave('done');
  },
});
