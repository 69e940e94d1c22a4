/** An instant form at TikTok beside the form of ours that its leads come to. */
import type { ConnectionId, FormId, Instant } from '../values/ids.js';

/** As TikTok describes it. */
export interface InstantFormFacts {
  readonly externalId: string;
  readonly title: string;
  /** EDITED (a draft), PUBLISHED, or what comes. */
  readonly status: string;
  /** `library`: it was moved into a Business Center, where the ad account no longer reaches it. */
  readonly place: 'account' | 'library';
}

export interface InstantForm {
  readonly formId: FormId;
  readonly connectionId: ConnectionId;
  readonly accountId: string;
  readonly title: string;
  readonly status: string;
  /** Names under which its leads carry the answers. */
  readonly fields: readonly string[];
  readonly seenAt: Instant;
  /** When fields were last found to be others. */
  readonly changedAt?: Instant;
}
