/** What the runner asks of its surroundings: a handler per task, and the part of the store that holds jobs. */
import type { Clock, Logger, Metrics, Random } from '../app/ports/ports.js';
import type { Job, JobRepository, TaskName } from '../app/ports/store.js';
import type { TaskOutcome } from '../app/tasks.js';
import type { Instant, JobId } from '../domain/values/ids.js';
import type { Backoff } from './backoff.js';

export interface TaskContext {
  /** Aborted when the lease was lost or the drain's deadline passed. */
  readonly signal: AbortSignal;
}

/**
 * Runs one job; throwing means retry after back-off. At least once: a crash between the work and its completion runs it
 * again, so it must be safe to repeat. It starts a call, it never lasts as long as one.
 */
export type TaskHandler = (job: Job, context: TaskContext) => Promise<TaskOutcome>;

export type Tasks = Readonly<Record<TaskName, TaskHandler>>;

export interface RunnerJobs extends Pick<JobRepository, 'claim' | 'complete' | 'fail' | 'nextDueAt'> {
  renew(id: JobId, owner: string, leaseUntil: Instant): Promise<'renewed' | 'lost'>;
}

export interface RunnerStore {
  readonly jobs: RunnerJobs;
  /** Tells of jobs added in this process; without it, and for other processes' jobs, polling finds them. */
  onJobsAdded?(listener: () => void): () => void;
}

export interface JobRunnerOptions {
  readonly store: RunnerStore;
  readonly tasks: Tasks;
  readonly clock: Clock;
  readonly random: Random;
  /** Unique to this start of this process. */
  readonly owner: string;
  /** Jobs at once. */
  readonly concurrency: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** 30 s unless told; renewed at a third of it. */
  readonly leaseMs?: number;
  readonly backoff?: Backoff;
}
