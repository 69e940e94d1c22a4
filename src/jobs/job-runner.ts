/**
 * Takes due jobs from the store and runs them, `concurrency` at once. Started by main, stopped at its drain.
 *
 *   idle ──start──► running ──stop──► stopping ──drained──► idle
 *
 * It looks for jobs when one was added here, when one ends, when the next is due, and every second for those that
 * other processes added.
 */
import { DELIVERY_TASKS, type Job, type JobLane } from '../app/ports/store.js';
import type { Instant } from '../domain/values/ids.js';
import { DEFAULT_BACKOFF } from './backoff.js';
import { runJob } from './job-run.js';
import type { RunContext } from './job-run.js';
import type { JobRunnerOptions } from './tasks.js';

const POLL_MS = 1000;
const LEASE_MS = 30_000;
const DRAIN_MS = 10_000;

export interface JobRunner {
  start(): void;
  /** Looks for due jobs now. */
  wake(): void;
  /** Resolves when nothing runs and nothing is due. */
  idle(): Promise<void>;
  /** Takes no more jobs and waits for those that run; after `drainMs` (10 s) they are told to abort. */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
}

export function createJobRunner(options: JobRunnerOptions): JobRunner {
  return new PollingRunner({ leaseMs: LEASE_MS, backoff: DEFAULT_BACKOFF, ...options });
}

interface Run {
  readonly task: Job['task'];
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

class PollingRunner implements JobRunner {
  readonly #context: RunContext;
  readonly #runs = new Map<Job['id'], Run>();
  readonly #idleWaiters: (() => void)[] = [];
  #state: 'idle' | 'running' | 'stopping' = 'idle';
  #looking: Promise<void> | undefined;
  /** Something happened during a look: look once more before resting. */
  #look: 'enough' | 'again' = 'enough';
  /** Time of the last look. */
  #claimedAt: Instant = 0;
  #cancelTimer: () => void = () => {};
  #unsubscribe: () => void = () => {};

  constructor(context: RunContext) {
    this.#context = context;
  }

  start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'running';
    this.#unsubscribe = this.#context.store.onJobsAdded?.(() => this.wake()) ?? (() => {});
    this.wake();
  }

  wake(): void {
    if (this.#state !== 'running') return;
    if (this.#looking !== undefined) {
      this.#look = 'again';
      return;
    }
    this.#cancelTimer();
    this.#looking = this.#lookUntilEnough().finally(() => {
      this.#looking = undefined;
      if (this.#state === 'running' && this.#look === 'again') this.wake();
    });
  }

  async idle(): Promise<void> {
    if (this.#state !== 'running') return;
    const settled = new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    this.wake();
    await settled;
  }

  async stop({ drainMs = DRAIN_MS }: { readonly drainMs?: number } = {}): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'stopping';
    this.#unsubscribe();
    this.#cancelTimer();
    await this.#looking;
    await this.#drain(drainMs);
    this.#releaseWaiters();
    this.#state = 'idle';
  }

  async #lookUntilEnough(): Promise<void> {
    let dueAt: number | undefined;
    try {
      do {
        this.#look = 'enough';
        await this.#claim();
        dueAt = await this.#context.store.jobs.nextDueAt();
      } while (this.#shouldLookAgain());
    } catch (error) {
      this.#context.logger.error({ error }, 'jobs cannot be read');
    }
    this.#rest(dueAt);
  }

  #shouldLookAgain(): boolean {
    return this.#state === 'running' && this.#look === 'again';
  }

  /** A full batch may have left others behind. Deliveries get what is left, and never more than half of the hands. */
  async #claim(): Promise<void> {
    const { concurrency } = this.#context;
    this.#claimedAt = this.#context.clock.now();
    await this.#claimLane('others', concurrency - this.#runs.size);
    const delivering = [...this.#runs.values()].filter(({ task }) => DELIVERY_TASKS.includes(task)).length;
    const share = Math.ceil(concurrency / 2) - delivering;
    await this.#claimLane('deliveries', Math.min(share, concurrency - this.#runs.size));
  }

  async #claimLane(lane: JobLane, limit: number): Promise<void> {
    if (limit <= 0 || this.#state !== 'running') return;
    const { store, owner, leaseMs } = this.#context;
    const jobs = await store.jobs.claim(owner, this.#claimedAt, this.#claimedAt + leaseMs, limit, lane);
    for (const job of jobs) this.#begin(job);
  }

  /** A job of ours whose lease expired unnoticed (a stalled process) comes again while it still runs: it goes on. */
  #begin(job: Job): void {
    if (this.#runs.has(job.id)) return;
    const controller = new AbortController();
    const ended = runJob(this.#context, job, controller).finally(() => {
      this.#runs.delete(job.id);
      this.wake();
    });
    this.#runs.set(job.id, { task: job.task, controller, ended });
  }

  /** Until the next due time, but not longer than other processes may be left waiting. */
  #rest(dueAt: number | undefined): void {
    if (this.#state !== 'running') return;
    const { clock } = this.#context;
    const untilDue = (dueAt ?? Infinity) - clock.now();
    if (this.#runs.size === 0 && untilDue > 0) this.#releaseWaiters();
    // What was due at this look and was not taken waits for a hand: the next look comes when one is free.
    const noHand = this.#runs.size > 0 && (dueAt ?? Infinity) <= this.#claimedAt;
    const pause = noHand ? POLL_MS : Math.min(POLL_MS, Math.max(untilDue, 0));
    this.#cancelTimer = clock.after(pause, () => this.wake());
  }

  async #drain(drainMs: number): Promise<void> {
    const runs = [...this.#runs.values()];
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => (cancel = this.#context.clock.after(drainMs, resolve)));
    await Promise.race([Promise.all(runs.map(({ ended }) => ended)), deadline]);
    cancel();
    for (const { controller } of this.#runs.values()) controller.abort();
  }

  #releaseWaiters(): void {
    for (const release of this.#idleWaiters.splice(0)) release();
  }
}
