/** Ad accounts behind a connection. Statuses and roles are open sets: what nobody knows yet is kept and shown as it came. */
import type { ConnectionId, Instant } from '../values/ids.js';

export type AccountStanding = 'active' | 'pending' | 'rejected' | 'blocked' | 'unknown';

/** What we make of TikTok's status, and its reading. */
export const ACCOUNT_STATUSES: Readonly<
  Record<string, { readonly standing: AccountStanding; readonly text: string }>
> = {
  STATUS_ENABLE: { standing: 'active', text: 'approved and working' },
  STATUS_DISABLE: { standing: 'blocked', text: 'closed' },
  STATUS_PENDING_CONFIRM: { standing: 'pending', text: 'under review' },
  STATUS_PENDING_VERIFIED: { standing: 'pending', text: 'waits for verification' },
  STATUS_CONFIRM_FAIL: { standing: 'rejected', text: 'the review was not passed' },
  STATUS_CONFIRM_FAIL_END: { standing: 'rejected', text: 'the review failed for good' },
  STATUS_PENDING_CONFIRM_MODIFY: { standing: 'pending', text: 'changes are under review' },
  STATUS_CONFIRM_MODIFY_FAIL: { standing: 'rejected', text: 'changes were not approved' },
  STATUS_LIMIT: { standing: 'blocked', text: 'penalised' },
  STATUS_WAIT_FOR_BPM_AUDIT: { standing: 'pending', text: 'waits for an audit' },
  STATUS_WAIT_FOR_PUBLIC_AUTH: { standing: 'pending', text: 'waits for verification of the bank account' },
  STATUS_SELF_SERVICE_UNAUDITED: { standing: 'pending', text: 'the qualification is not checked yet' },
  STATUS_CONTRACT_PENDING: { standing: 'pending', text: 'the contract is not in force yet' },
};

export const ACCOUNT_ROLES: Readonly<Record<string, string>> = {
  ROLE_ADVERTISER: 'advertiser',
  ROLE_CHILD_ADVERTISER: 'sub-advertiser',
  ROLE_CHILD_AGENT: 'sub-agency',
  ROLE_AGENT: 'agency',
};

export function standingOf(status: string): { readonly standing: AccountStanding; readonly text: string } {
  return ACCOUNT_STATUSES[status] ?? { standing: 'unknown', text: status };
}

/** `renew`: made under a token that is gone, so TikTok keeps silent over it. */
export type WebhookState = 'none' | 'subscribed' | 'renew' | 'missing';

/** As TikTok describes it. */
export interface AccountFacts {
  readonly externalId: string;
  readonly name: string;
  readonly status: string;
  readonly role: string;
  readonly company?: string;
  readonly timeZone?: string;
  readonly currency?: string;
}

export interface AdAccount extends AccountFacts {
  readonly connectionId: ConnectionId;
  /** Whose forms and leads are wanted. */
  readonly chosen: 'on' | 'off';
  readonly webhook: WebhookState;
  readonly subscriptionId?: string;
  /** What is missing, in a sentence. */
  readonly webhookWhy?: string;
  readonly syncedAt: Instant;
  /** TikTok no longer lists it for this user. */
  readonly goneAt?: Instant;
}

/** Whose leads should come by push. */
export function isWanted({ chosen, goneAt }: AdAccount): boolean {
  return chosen === 'on' && goneAt === undefined;
}
