/** Writes down what the parties of a scenario send and hear, and holds it to the scenario's one trace. */
import { expect } from 'vitest';
import type { SipTap } from '../../../src/sip/api.js';
import { headerOf } from '../../../src/wire/sip-message.js';
import type { SipMessage } from '../../../src/wire/sip-types.js';
import { kind, until } from '../switch/test-switch.js';
import { linesFor, readExpected } from './expected-trace.js';
import { traceLines, type Seen } from './trace-lines.js';

const PATIENCE_MS = 3000;

export interface Scribe {
  /** For the socket or user agent of this party. */
  tap(party: string): SipTap;
  forget(): void;
  lines(): readonly string[];
  /** Waits for the last message; then fails, showing what differs. */
  expectTrace(scenario: string): Promise<void>;
  /** The trace of each call by itself, in the order of their first messages. */
  calls(): readonly (readonly string[])[];
}

export function openScribe(): Scribe {
  const seen: Seen[] = [];
  const lines = () => traceLines(seen);
  return {
    tap: (party) => ({
      message: (direction: 'in' | 'out', message: SipMessage) =>
        void seen.push({ party, direction, message }),
      dropped: () => undefined,
    }),
    forget: () => void seen.splice(0),
    lines,
    expectTrace: async (scenario) => {
      const expected = linesFor(kind, readExpected(scenario));
      const isWhole = () => lines().join('\n') === expected.join('\n');
      await until('the trace is whole', isWhole, PATIENCE_MS).catch(() => undefined);
      expect(lines()).toEqual(expected);
    },
    calls: () => {
      const ids = [...new Set(seen.map(({ message }) => headerOf(message, 'Call-ID')))];
      return ids.map((id) => traceLines(seen.filter(({ message }) => headerOf(message, 'Call-ID') === id)));
    },
  };
}
