/** What a population of calls came to: how they ended, how long they waited, and where. Called by run-population.ts. */
import type { Decision } from '../../dialplan/decide.js';
import type { Session } from '../../dialplan/session.js';

export interface StepTally {
  /** `plan/step`. */
  readonly step: string;
  readonly entered: number;
  /** Time that calls spent in it, all together. */
  readonly seconds: number;
  /** Calls that ended in it without a talk. */
  readonly lostHere: number;
}

export interface PopulationSummary {
  readonly calls: number;
  /** Two parties talked. */
  readonly answered: number;
  readonly lost: number;
  readonly dispositions: Readonly<Record<string, number>>;
  /** From the beginning of the call to the talk, of those answered. */
  readonly meanWaitSeconds: number;
  readonly p95WaitSeconds: number;
  readonly busiestStep: string | null;
  readonly steps: readonly StepTally[];
  /** Calls that nothing would have ended: the plan waits for something that never comes. */
  readonly stuck: number;
  readonly stuckAt: readonly string[];
  readonly decisions: number;
}

interface StepCount {
  entered: number;
  ms: number;
  lost: number;
}

export class Tally {
  private calls = 0;
  private decisions = 0;
  private readonly waits: number[] = [];
  private readonly dispositions = new Map<string, number>();
  private readonly steps = new Map<string, StepCount>();
  private readonly stuck = new Map<string, number>();

  began(): void {
    this.calls += 1;
  }

  /** After each input: the steps it led through, and the time that the one before took. */
  saw(before: Session, after: Session, at: number): void {
    this.decisions += 1;
    const entered = before.stepsLeft - after.stepsLeft;
    if (entered === 0) return;
    this.left(before, at);
    for (const { plan, step } of after.trace.slice(-entered)) this.count(`${plan}/${step}`).entered += 1;
  }

  ended(session: Session, { disposition }: Extract<Decision, { kind: 'end' }>, at: number): void {
    this.left(session, at);
    this.dispositions.set(disposition, (this.dispositions.get(disposition) ?? 0) + 1);
    const last = session.trace.at(-1);
    if (session.bridgedAt !== undefined) this.waits.push(session.bridgedAt - session.startedAt);
    else if (last !== undefined) this.count(`${last.plan}/${last.step}`).lost += 1;
  }

  leftWaiting(session: Session): void {
    const at = `${session.plan}/${session.step?.id ?? ''}`;
    this.stuck.set(at, (this.stuck.get(at) ?? 0) + 1);
  }

  summary(): PopulationSummary {
    const steps = [...this.steps]
      .map(([step, { entered, ms, lost }]) => ({
        step,
        entered,
        seconds: rounded(ms / 1000),
        lostHere: lost,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    const waits = this.waits.toSorted((a, b) => a - b);
    const waited = waits.reduce((sum, ms) => sum + ms, 0);
    const stuck = [...this.stuck.values()].reduce((sum, count) => sum + count, 0);
    return {
      calls: this.calls,
      answered: waits.length,
      lost: this.calls - waits.length,
      dispositions: Object.fromEntries([...this.dispositions].sort(([a], [b]) => a.localeCompare(b))),
      meanWaitSeconds: waits.length === 0 ? 0 : rounded(waited / waits.length / 1000),
      p95WaitSeconds: rounded((waits[Math.floor(waits.length * 0.95)] ?? 0) / 1000),
      busiestStep: steps[0]?.step ?? null,
      steps,
      stuck,
      stuckAt: [...this.stuck.keys()].sort(),
      decisions: this.decisions,
    };
  }

  private left({ trace }: Session, at: number): void {
    const last = trace.at(-1);
    if (last !== undefined) this.count(`${last.plan}/${last.step}`).ms += at - last.at;
  }

  private count(step: string): StepCount {
    const known = this.steps.get(step);
    if (known !== undefined) return known;
    const fresh = { entered: 0, ms: 0, lost: 0 };
    this.steps.set(step, fresh);
    return fresh;
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
