/** What the program hears of an event on a simulated line. Called by SimLeg. */
import type { LegSignal } from '../../app/ports/switch.js';
import type { LineEvent } from './sim-world.js';

export function toSignal(event: LineEvent, at: number): LegSignal {
  switch (event.kind) {
    case 'key':
      return { kind: 'key', at, digit: event.digit, durationMs: 100 };
    case 'refer':
      return {
        kind: 'transfer-requested',
        at,
        target: event.target,
        answer: () => undefined,
        progress: () => undefined,
      };
    case 'ended': {
      const { kind, ...ending } = event;
      return { kind, at, ending: { ...ending, at } };
    }
    default:
      return { ...event, at };
  }
}
