/** What a leg tells from now on: a new listener is told again of all that was before. Called by performers and the switch. */
import type { Leg, LegSignal } from '../ports/switch.js';

export function onNewSignal(leg: Pick<Leg, 'onSignal'>, listener: (signal: LegSignal) => void): () => void {
  let phase: 'told-again' | 'new' = 'told-again';
  const undo = leg.onSignal((signal) => {
    if (phase === 'new') listener(signal);
  });
  phase = 'new';
  return undo;
}
