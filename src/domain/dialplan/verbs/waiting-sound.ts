/** What somebody hears who is on hold, parked or in a queue. Called by hold, park, queue and transfer. */
import { z } from 'zod';
import { partLeg, startPlay } from '../activities.js';
import type { LegRef } from '../directives.js';
import { spokenExpressions, spokenField, spokenOf, type SpokenField } from '../spoken.js';
import type { Turn } from '../turn.js';
import type { StepNames } from '../verb.js';

export const waitingSoundField = z
  .array(spokenField)
  .min(1)
  .default([{ tone: 'ringback' }])
  .describe('Heard meanwhile, again and again: music from a file, texts, silence');

/** Parts the leg from whoever it talks with. */
export function startWaitingSound(turn: Turn, leg: LegRef, items: readonly SpokenField[]): void {
  partLeg(turn, leg);
  startPlay(
    turn,
    leg,
    items.map((item) => spokenOf(turn, item)),
    { repeat: 'forever' },
  );
}

export function soundExpressions(
  items: readonly SpokenField[],
  key: string,
): NonNullable<StepNames['expressions']> {
  return spokenExpressions(items, [key]);
}
