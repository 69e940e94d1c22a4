/** A job runner for virtual time: no polling, or a simulated week would ask the store a million times. */
import type { App } from '../../app/app.js';
import type { Job, Store } from '../../app/ports/store.js';
import type { SimClock } from './sim-clock.js';
import type { Life } from './sim-switch.js';

const LEASE_MS = 30_000;
const BACK_OFF_MS = 2000;
const AT_ONCE = 10;

export interface SimJobsParts {
  readonly store: Store;
  readonly app: App;
  readonly clock: SimClock;
  readonly life: Life;
  readonly owner: string;
  /** Every claimed job is run this often. */
  readonly times: 1 | 2;
  readonly failed: (why: string) => void;
}

export class SimJobs {
  private readonly parts: SimJobsParts;
  private looking: 'no' | 'yes' | 'again' = 'no';
  private cancel: () => void = () => undefined;

  constructor(parts: SimJobsParts) {
    this.parts = parts;
  }

  wake(): void {
    if (!this.parts.life.isAlive()) return;
    if (this.looking !== 'no') {
      this.looking = 'again';
      return;
    }
    this.looking = 'yes';
    void this.look();
  }

  private async look(): Promise<void> {
    const { store, owner, clock } = this.parts;
    do {
      this.looking = 'yes';
      const now = clock.now();
      const jobs = await store.jobs.claim(owner, now, now + LEASE_MS, AT_ONCE);
      await Promise.all(jobs.flatMap((job) => Array.from({ length: this.parts.times }, () => this.run(job))));
      if (jobs.length === AT_ONCE) this.looking = 'again';
    } while ((this.looking as string) === 'again');
    const due = await store.jobs.nextDueAt();
    this.looking = 'no';
    this.cancel();
    if (due !== undefined) this.cancel = clock.after(Math.max(1, due - clock.now()), () => this.wake());
  }

  private async run(job: Job): Promise<void> {
    const { app, store, owner, clock } = this.parts;
    try {
      const outcome = await app.tasks[job.task](job);
      if (outcome.kind === 'done') await store.jobs.complete(job.id, owner);
      else await store.jobs.fail(job.id, owner, outcome.why, outcome.notBefore ?? clock.now() + BACK_OFF_MS);
    } catch (thrown) {
      if (this.parts.life.isAlive()) this.parts.failed(`${job.task}: ${String(thrown)}`);
      await store.jobs.fail(job.id, owner, String(thrown), clock.now() + BACK_OFF_MS);
    }
  }
}
