/** What a callback policy does about a lead that nobody accepts in time. Pure; app/speed acts on it. */

/** `group`: goes to this group from now on (its operators, or a supervisor's phone); without one it is only told. */
export interface EscalationStep {
  readonly afterSeconds: number;
  readonly group?: string;
}

/** Steps in the order of their times; the n-th is `step`. Undefined after the last one. */
export function escalationStep(
  steps: readonly EscalationStep[] | undefined,
  step: number,
): EscalationStep | undefined {
  return steps?.toSorted((a, b) => a.afterSeconds - b.afterSeconds)[step];
}
