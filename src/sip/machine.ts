/**
 * The one way a transaction changes state: a table of moves, read against the figures of the RFC, and a runner. A timer
 * lives as long as the state it runs in has a row for it.
 */
import type { SipClock } from './api.js';

export interface Move<State, Action> {
  readonly to: State;
  readonly does: readonly Action[];
}

export type MoveTable<State extends string, Input extends string, Action> = Readonly<
  Record<State, Readonly<Partial<Record<Input, Move<State, Action>>>>>
>;

export interface Machine<State extends string, Input extends string> {
  readonly state: State;
  /** Makes the move the table has for this input; `ignored` when it has none. */
  move(input: Input): 'moved' | 'ignored';
  /** Whether the present state has a row for this input. */
  takes(input: Input): boolean;
  /** After `ms` the input comes by itself, unless the state no longer takes it. Restarts a running timer. */
  startTimer(input: Input, ms: number): void;
}

export interface MachineOptions<State extends string, Input extends string, Action> {
  readonly table: MoveTable<State, Input, Action>;
  readonly initial: State;
  readonly clock: SipClock;
  readonly perform: (action: Action) => void;
}

export function createMachine<State extends string, Input extends string, Action>(
  options: MachineOptions<State, Input, Action>,
): Machine<State, Input> {
  const { table, clock, perform } = options;
  const timers = new Map<Input, () => void>();
  let state = options.initial;

  const takes = (input: Input) => table[state][input] !== undefined;

  function stopTimers(): void {
    for (const [input, stop] of timers) {
      if (takes(input)) continue;
      stop();
      timers.delete(input);
    }
  }

  function move(input: Input): 'moved' | 'ignored' {
    const row = table[state][input];
    if (!row) return 'ignored';
    state = row.to;
    stopTimers();
    row.does.forEach(perform);
    return 'moved';
  }

  return {
    get state() {
      return state;
    },
    move,
    takes,
    startTimer(input, ms) {
      timers.get(input)?.();
      timers.set(
        input,
        clock.after(ms, () => {
          timers.delete(input);
          move(input);
        }),
      );
    },
  };
}
