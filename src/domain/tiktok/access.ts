/** May we act for the account that a connection stands for? Told in the API, by the CLI, the doctor and on the page. */
import type { ConnectionId, Instant } from '../values/ids.js';
import type { Refusal } from './refusals.js';

export type AccessState = 'not-authorised' | 'authorised' | 're-authorise' | 'insufficient-access';

export interface Access {
  readonly connectionId: ConnectionId;
  readonly state: AccessState;
  /** What was refused, in words; absent when all is well. */
  readonly why?: string;
  /** Opaque numbers of TikTok. */
  readonly scopes: readonly string[];
  readonly changedAt: Instant;
  /** When TikTok was last asked for something under it. */
  readonly checkedAt: Instant;
}

export const ACCESS_REMEDIES: Readonly<Record<AccessState, string | null>> = {
  'not-authorised': 'Run `dialtrace connections authorise NAME`, or press Authorise on the page.',
  authorised: null,
  're-authorise':
    'Authorise the account again: `dialtrace connections authorise NAME`, or Authorise on the page.',
  'insufficient-access':
    'Make the authorised user an Admin of the ad account and give the app Lead Management, Instant Page Management and Ad Account Information, then authorise again.',
};

/** What a refusal says of the access as a whole; undefined when it says nothing. */
export function accessAfter({ kind }: Refusal): AccessState | undefined {
  return kind === 're-authorise' || kind === 'insufficient-access' ? kind : undefined;
}
