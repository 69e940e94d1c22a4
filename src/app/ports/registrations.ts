/** Registered contacts of operators' phones, kept so that a restart does not lose them. Part of the store. */
import type { Instant } from '../../domain/values/ids.js';
import type { Registered } from './switch.js';

export interface RegistrationRepository {
  save(registered: Registered): Promise<void>;
  remove(registered: Pick<Registered, 'user' | 'contact'>): Promise<void>;
  /** Those that have not expired, the others are forgotten; the first to expire first. */
  live(now: Instant): Promise<readonly Registered[]>;
}
