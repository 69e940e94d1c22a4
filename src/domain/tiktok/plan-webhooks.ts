/**
 * Which subscriptions to lead pushes must be made and which taken away, so that every wanted account pushes to us once.
 * TikTok tells of a subscription neither whether its token still lives nor who made it: ours are known by their path.
 */
import { isWanted, type AdAccount } from './ad-account.js';

export interface KnownSubscription {
  readonly id: string;
  readonly callbackUrl: string;
  readonly accountId?: string;
  readonly formId?: string;
}

export interface WebhookPlan {
  readonly account: AdAccount;
  /** Stays as it is. */
  readonly keep?: string;
  readonly remove: readonly string[];
  readonly make: 'yes' | 'no';
  /** Other programs that get the leads of this account too. */
  readonly elsewhere: readonly string[];
}

/** `path`: that of `callbackUrl`, by which a subscription made under an earlier address of ours is known. */
export function planWebhooks(
  accounts: readonly AdAccount[],
  subscriptions: readonly KnownSubscription[],
  { callbackUrl, path }: { readonly callbackUrl: string; readonly path: string },
): readonly WebhookPlan[] {
  return accounts.map((account) => {
    const all = subscriptions.filter(({ accountId }) => accountId === account.externalId);
    const ours = all.filter((one) => one.callbackUrl.endsWith(path));
    const keep = isWanted(account) ? ours.find(isLive(account, callbackUrl)) : undefined;
    return {
      account,
      ...(keep !== undefined && { keep: keep.id }),
      remove: ours.filter((one) => one !== keep).map(({ id }) => id),
      make: isWanted(account) && keep === undefined ? 'yes' : 'no',
      elsewhere: [...new Set(all.filter((one) => !ours.includes(one)).map((one) => one.callbackUrl))],
    };
  });
}

/**
 * Made by us under the token that lives, for every form of the account, to where we are now. One that we do not remember
 * may have been made under a token that is gone.
 */
const isLive =
  ({ webhook, subscriptionId }: AdAccount, callbackUrl: string) =>
  (one: KnownSubscription): boolean =>
    webhook === 'subscribed' &&
    one.id === subscriptionId &&
    one.callbackUrl === callbackUrl &&
    one.formId === undefined;
