/** One job from claim to completion: keeps its lease, calls its handler, writes down how it went. */
import type { Job } from '../app/ports/store.js';
import type { TaskOutcome } from '../app/tasks.js';
import { messageOf } from '../errors.js';
import { backoffMs } from './backoff.js';
import type { JobRunnerOptions } from './tasks.js';

export type RunContext = Required<JobRunnerOptions>;

/** Never rejects: whatever goes wrong ends as a retry, now or when the lease expires. */
export async function runJob(context: RunContext, job: Job, run: AbortController): Promise<void> {
  const { clock, metrics, logger } = context;
  const startedAt = clock.now();
  const stopRenewing = keepLease(context, job, run);
  try {
    const outcome = await outcomeOf(context, job, run.signal);
    const end = await settle(context, job, outcome);
    metrics.count('dialtrace_job_runs_total', { task: job.task, outcome: end });
  } catch (error) {
    logger.error(
      { jobId: job.id, task: job.task, error },
      'the end of a job was not stored; its lease will expire',
    );
  } finally {
    stopRenewing();
    metrics.observe('dialtrace_job_run_seconds', (clock.now() - startedAt) / 1000, { task: job.task });
  }
}

async function outcomeOf({ tasks, logger }: RunContext, job: Job, signal: AbortSignal): Promise<TaskOutcome> {
  try {
    return await tasks[job.task](job, { signal });
  } catch (error) {
    logger.warn({ jobId: job.id, task: job.task, tries: job.tries, error }, 'a job failed');
    return { kind: 'retry', why: messageOf(error) };
  }
}

async function settle(
  context: RunContext,
  job: Job,
  outcome: TaskOutcome,
): Promise<'done' | 'retry' | 'dead'> {
  const { store, owner, clock, random, backoff, logger } = context;
  if (outcome.kind === 'done') {
    await store.jobs.complete(job.id, owner);
    return 'done';
  }
  const { why, notBefore = 0 } = outcome;
  const runAt = Math.max(notBefore, clock.now() + backoffMs(job.tries, random.next(), backoff));
  const end = await store.jobs.fail(job.id, owner, why, runAt);
  if (end === 'dead')
    logger.error({ jobId: job.id, task: job.task, tries: job.tries, why }, 'a job is given up');
  return end;
}

/**
 * Answers how to stop; an aborted run stops by itself. A store that fails for a moment may have kept the lease: only
 * `lost` ends the run.
 */
function keepLease(
  { store, owner, clock, leaseMs, logger }: RunContext,
  job: Job,
  run: AbortController,
): () => void {
  let cancel = () => {};
  const ended = new AbortController();
  const stop = () => {
    ended.abort();
    cancel();
  };
  const renew = async () => {
    try {
      if ((await store.jobs.renew(job.id, owner, clock.now() + leaseMs)) === 'lost') run.abort();
    } catch (error) {
      logger.warn({ jobId: job.id, error }, 'the lease of a job was not renewed');
    }
    if (!ended.signal.aborted) arm();
  };
  const arm = () => {
    cancel = clock.after(leaseMs / 3, () => void renew());
  };
  run.signal.addEventListener('abort', stop, { once: true });
  arm();
  return stop;
}
