/** Who has to be there for a talk to be one. Pure; for talks that no dialplan decides about any more. */
import type { LegRole } from './call.js';

/** Two are left, and whoever called us or was called is among them, if there was such a party. */
export function goesOn(left: readonly LegRole[], all: readonly LegRole[]): boolean {
  return left.length > 1 && (left.some(isOutside) || !all.some(isOutside));
}

function isOutside(role: LegRole): boolean {
  return role === 'client' || role === 'caller';
}
