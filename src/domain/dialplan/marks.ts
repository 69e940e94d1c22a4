/** What people say of a call: a key of the operator, a step of the plan, the console, the API. */
import type { CallMark } from '../calls/call.js';
import { resolveLeg } from './legs.js';
import { tell, type Turn } from './turn.js';

/** The last word counts; each is told, and takes effect where it is told. `by`: operator, or who gave the command. */
export function markCall(
  turn: Turn,
  mark: CallMark,
  by: string,
  more: Readonly<Record<string, string>> = {},
): void {
  turn.session.mark = mark;
  tell(turn, 'call.marked', { mark, by, ...more });
}

/** The operator by name: the leg of a device says nothing to reports. */
export function speakerOf(turn: Turn, by: string): string {
  const leg = turn.session.legs[resolveLeg(turn, by)];
  return leg?.role === 'operator' ? leg.party : (leg?.role ?? by);
}
