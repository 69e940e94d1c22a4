/** The part of the Store port for versions of the telephony. */
import type { SetVersion } from '../../domain/routing/set-versions.js';

/** Versions of what PBX admins own. A set's body is JSON; it is kept as long as a version or a call names it. */
export interface TelephonySetRepository {
  keep(hash: string, body: string): Promise<void>;
  byHash(hash: string): Promise<string | undefined>;
  /** Answers the new version's number. The set must have been kept before, in the same transaction. */
  add(version: Omit<SetVersion, 'number'>): Promise<number>;
  byNumber(number: number): Promise<SetVersion | undefined>;
  /** Newest first. */
  latest(limit: number): Promise<readonly SetVersion[]>;
  /** All but the last `keep` versions and those that calls name, and the sets nobody names any more. */
  removeUnused(keep: number): Promise<number>;
}
