/** `hours`: is it open now? */
import { z } from 'zod';
import { zoneOf } from '../names.js';
import { clockAt, isOpen } from '../../schedule/opening-hours.js';
import { defineVerb, leave, stepBase, type Outcomes } from '../verb.js';
import type { Turn } from '../turn.js';

const OUTCOMES = {
  open: { when: 'It is open now.', otherwise: 'required' },
  closed: { when: 'It is not, or there are no such hours.', otherwise: 'required' },
} as const satisfies Outcomes;

const schema = z.strictObject({
  do: z.literal('hours'),
  hours: z.string().min(1).describe('Name of opening hours of the telephony set'),
  ...stepBase(OUTCOMES),
});

/** Exceptions (holidays, special days) win over the week; the clock is that of the group's zone. */
export function isOpenNow(turn: Turn, name: string): boolean {
  const { hours } = turn.facts;
  const found = hours !== undefined && Object.hasOwn(hours, name) ? hours[name] : undefined;
  return found !== undefined && isOpen(found, zoneOf(turn.facts), turn.now);
}

/** What was on the clock, for `explain`. */
export function clockText(turn: Turn): string {
  const { date, hour, minute } = clockAt(zoneOf(turn.facts), turn.now);
  return `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')} ${zoneOf(turn.facts)}`;
}

export const hours = defineVerb<z.infer<typeof schema>, object>({
  summary: 'Goes one way while it is open, another way while it is closed.',
  schema,
  outcomes: OUTCOMES,
  example: `
is-open: { do: hours, hours: office, on: { open: find-operator, closed: night } }
`,
  more: "Hours with their holidays stand in the telephony set under `hours`; the clock is that of the group's zone. The same answer is the fact `hours.<name>`, for expressions: `hours.office and operators.onDuty > 0`.",
  names: (step) => ({ refersTo: [{ kind: 'hours', name: step.hours, path: ['hours'] }] }),
  begin: (turn, step) => leave(isOpenNow(turn, step.hours) ? 'open' : 'closed', clockText(turn)),
});
