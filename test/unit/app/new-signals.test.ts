/** A listener of what is new hears nothing of what was before, not even of the same millisecond. */
import { expect, it } from 'vitest';
import { onNewSignal } from '../../../src/app/calls/new-signals.js';
import type { LegSignal } from '../../../src/app/ports/switch.js';

it('is not told again', () => {
  const key = (digit: string): LegSignal => ({ kind: 'key', at: 5, digit, durationMs: 100 });
  const told = [key('1')];
  const listeners = new Set<(signal: LegSignal) => void>();
  const leg = {
    onSignal(listener: (signal: LegSignal) => void) {
      for (const signal of told) listener(signal);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const heard: string[] = [];
  const undo = onNewSignal(leg, (signal) => signal.kind === 'key' && heard.push(signal.digit));
  for (const listener of listeners) listener(key('2'));
  undo();
  for (const listener of listeners) listener(key('3'));
  expect(heard).toEqual(['2']);
});
