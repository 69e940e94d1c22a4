/**
 * Tasks of the job runner (src/jobs): one handler a task name, all of them short. A handler answers with a value; a
 * throw is a fault and makes the runner back off.
 */
import type { Instant } from '../domain/values/ids.js';
import type { Job, TaskName } from './ports/store.js';

export type TaskOutcome =
  | { readonly kind: 'done' }
  /** Try again after the runner's back-off, not before `notBefore`. */
  | { readonly kind: 'retry'; readonly why: string; readonly notBefore?: Instant };

export type TaskHandler = (job: Job) => Promise<TaskOutcome>;

export type TaskTable = Readonly<Record<TaskName, TaskHandler>>;

/** Housekeeping that repeats for the life of the process. */
export interface Chore {
  readonly name: string;
  readonly everySeconds: number;
  run(): Promise<unknown>;
}
