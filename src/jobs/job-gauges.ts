/** Tells the metrics how many jobs wait, are due, run and are dead. A chore of the schedule. */
import type { Clock, Metrics } from '../app/ports/ports.js';
import type { JobRepository } from '../app/ports/store.js';

export interface JobGaugesOptions {
  readonly store: { readonly jobs: Pick<JobRepository, 'counts'> };
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export async function reportJobCounts({ store, clock, metrics }: JobGaugesOptions): Promise<void> {
  const counts = await store.jobs.counts(clock.now());
  for (const [state, count] of Object.entries(counts)) metrics.observe('dialtrace_jobs', count, { state });
}
