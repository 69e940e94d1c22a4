/**
 * Work that several callers want at the same time is done once. A job ends when it settles, or when every caller that
 * joined it has aborted. Owned by speech.ts; `close` empties it.
 */
import { untilAborted } from './deadline.js';

interface Job<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

export class SharedJobs<T> {
  readonly #jobs = new Map<string, Job<T>>();

  /** `signal` ends this caller's wait; the job is aborted only when nobody waits any more. */
  async join(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const job = this.#jobs.get(key) ?? this.#start(key, work);
    job.waiting += 1;
    if (signal === undefined) return job.result;
    const leave = (): void => this.#leave(job);
    signal.addEventListener('abort', leave, { once: true });
    return untilAborted(signal, job.result).finally(() => signal.removeEventListener('abort', leave));
  }

  async close(): Promise<void> {
    const jobs = [...this.#jobs.values()];
    for (const job of jobs) job.abort.abort();
    await Promise.allSettled(jobs.map(({ result }) => result));
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Job<T> {
    const abort = new AbortController();
    const result = work(abort.signal).finally(() => {
      if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    });
    const job: Job<T> = { result, abort, waiting: 0 };
    this.#jobs.set(key, job);
    return job;
  }

  /** An abandoned job leaves the table at once: a later caller must not join a job that is being aborted. */
  #leave(job: Job<T>): void {
    job.waiting -= 1;
    if (job.waiting > 0) return;
    for (const [key, listed] of this.#jobs) if (listed === job) this.#jobs.delete(key);
    job.abort.abort();
  }
}
