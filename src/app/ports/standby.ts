/** A second store for calls that come while the real one cannot be written; in this process only. */
import type { Store } from './store.js';

export interface Standby {
  /** Empty at first, with the tables of the real one. */
  readonly store: Store;
  /** Copies all it holds into the real store, in one transaction; twice is once. Throws Fault `store-unavailable`. */
  handOver(): Promise<void>;
  close(): Promise<void>;
}

export type OpenStandby = () => Promise<Standby>;
