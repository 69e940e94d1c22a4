/** Customer audiences at TikTok, filled from the people who left leads or called. */
import type { Brand, ConnectionId, Instant } from '../values/ids.js';

export type AudienceId = Brand<string, 'AudienceId'>;
export type AudienceTaskId = Brand<string, 'AudienceTaskId'>;

export const AUDIENCE_SCHEMAS = ['phone', 'email', 'both'] as const;
export type AudienceSchema = (typeof AUDIENCE_SCHEMAS)[number];
export const AUDIENCE_ACTIONS = ['append', 'replace', 'remove'] as const;
export type AudienceAction = (typeof AUDIENCE_ACTIONS)[number];

/** Who belongs to it; what is absent does not narrow. */
export interface Segment {
  /** Tags of calls, any of them. */
  readonly tags?: readonly string[];
  /** Marks of calls, any of them. */
  readonly marks?: readonly string[];
  /** `utm_source` of leads, any of them. */
  readonly sources?: readonly string[];
  /** Statuses of leads, any of them. */
  readonly statuses?: readonly string[];
  /** Leads received in the last so many days. */
  readonly days?: number;
}

/**
 * `empty`: named here only, TikTok has nothing of it before the first upload. `settling`: TikTok matches it and takes no
 * upload meanwhile. `ready`: it does. `failed`, `gone`: it never will again.
 */
export type AudienceState = 'empty' | 'settling' | 'ready' | 'failed' | 'gone';

export interface Audience {
  readonly id: AudienceId;
  readonly connectionId: ConnectionId;
  readonly accountId: string;
  readonly name: string;
  readonly schema: AudienceSchema;
  readonly segment: Segment;
  readonly state: AudienceState;
  readonly why?: string;
  /** TikTok's. */
  readonly externalId?: string;
  /** People that TikTok matched. */
  readonly matched?: number;
  readonly createdAt: Instant;
  readonly checkedAt?: Instant;
}

/** `sent`: the update has left and its answer is not known; it is never sent twice without looking. */
export type AudienceTaskState = 'waiting' | 'sent' | 'done' | 'failed';

export interface AudienceTask {
  readonly id: AudienceTaskId;
  readonly audienceId: AudienceId;
  readonly action: AudienceAction;
  readonly trigger: 'instant' | 'scheduled';
  readonly state: AudienceTaskState;
  /** When it is tried next. */
  readonly runAt: Instant;
  /** Why it waits or failed. */
  readonly why?: string;
  /** Of the segment: all its rows, and those with a usable phone or e-mail that were uploaded. */
  readonly total?: number;
  readonly valid?: number;
  readonly filePath?: string;
  readonly by: string;
  readonly createdAt: Instant;
  readonly sentAt?: Instant;
  readonly endedAt?: Instant;
}
