/** TikTok's business API, as the use cases ask it; src/tiktok implements it. A refusal is a value, never an exception. */
import type { AccountFacts } from '../../domain/tiktok/ad-account.js';
import type { Refusal } from '../../domain/tiktok/refusals.js';

export type TikTokAnswer<T> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What an advertiser gave the app. The token has no end of its own: it lives until it is revoked. */
export interface Grant {
  readonly token: string;
  readonly scopes: readonly string[];
}

/** Where the leads of an ad account are pushed to. */
export interface LeadSubscription {
  readonly id: string;
  readonly callbackUrl: string;
  /** Absent when it is of a library or of no account. */
  readonly accountId?: string;
  /** Present when it is of one form only. */
  readonly formId?: string;
}

export interface TikTok {
  /** Reference of the app's secret, which signs the pushes too. */
  readonly secretRef: string;
  /** Where the advertiser says yes. */
  authorisationUrl(request: { readonly state: string; readonly redirectUrl: string }): string;
  exchange(authCode: string): Promise<TikTokAnswer<Grant>>;
  revoke(token: string): Promise<TikTokAnswer<undefined>>;
  /** Ids of the ad accounts that the token's user granted. */
  accountIds(token: string): Promise<TikTokAnswer<readonly string[]>>;
  accounts(token: string, ids: readonly string[]): Promise<TikTokAnswer<readonly AccountFacts[]>>;
  /** All of the app, whichever account. */
  subscriptions(): Promise<TikTokAnswer<readonly LeadSubscription[]>>;
  /** Every form of the account. Answers the subscription's id. */
  subscribe(wish: {
    readonly token: string;
    readonly accountId: string;
    readonly callbackUrl: string;
  }): Promise<TikTokAnswer<string>>;
  unsubscribe(subscriptionId: string): Promise<TikTokAnswer<undefined>>;
}
