/** The `move` command: another operator is rung, and takes the operator's place in the talk. Called by advance.ts. */
import type { SessionCommand } from './inputs.js';
import { showStep } from './steps.js';
import { watchedLeg } from './supervise.js';
import { ignore, tell, type Turn } from './turn.js';

export function requestMove(
  turn: Turn,
  by: string,
  { party, dialled }: Extract<SessionCommand, { kind: 'move' }>,
): void {
  const leg = watchedLeg(turn);
  if (leg !== undefined && showStep(turn, { kind: 'move-requested', leg, party, dialled }) === 'moved')
    tell(turn, 'call.commanded', { by, command: 'move', operator: party });
  else ignore(turn, 'move without a talk');
}
