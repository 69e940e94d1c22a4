/** What a waiting party hears while phones ring for it. It outlives its step and ends with the next sound or bridge. */
import { z } from 'zod';
import { quiet, startOnCaller, startPlay } from '../activities.js';
import type { LegRef } from '../directives.js';
import { isTalking } from '../legs.js';
import { messageFor } from '../messages.js';
import { spokenField, spokenOf } from '../spoken.js';
import type { Turn } from '../turn.js';
import { legField } from '../verb.js';

export const comfortField = z
  .strictObject({
    leg: legField,
    hears: z
      .union([z.literal('ringback'), z.array(spokenField).min(1)])
      .default('ringback')
      .describe('Ringback, or what is played once'),
  })
  .optional()
  .describe('Leg that waits meanwhile, and what it hears');
export type Comfort = NonNullable<z.infer<typeof comfortField>>;

/** An unanswered caller is told that it rings and hears its own network; an answered one hears our tone or the music. */
export function beginComfort(turn: Turn, leg: LegRef, { hears }: Comfort): void {
  // A phone that we dialled and that rings hears its own network; it is greeted when it answers.
  if (!isTalking(turn, leg) && turn.session.legs[leg]?.role !== 'caller') return;
  if (hears !== 'ringback')
    startPlay(
      turn,
      leg,
      hears.map((item) => spokenOf(turn, item)),
    );
  else if (isTalking(turn, leg))
    startPlay(turn, leg, [...messageFor(turn, leg), { kind: 'tone', tone: 'ringback' }]);
  else startOnCaller(turn, 'ring', leg);
}

export function endComfort(turn: Turn, leg: LegRef): void {
  quiet(turn, leg);
}
