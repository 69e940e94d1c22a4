/** The TikTok port over its business API v1.3 (external-apis reference §1). Called by main and the CLI. */
import type { z } from 'zod';
import type { Secrets } from '../app/ports/ports.js';
import type { Grant, LeadSubscription, TikTok, TikTokAnswer } from '../app/ports/tiktok.js';
import type { AccountFacts } from '../domain/tiktok/ad-account.js';
import { present } from '../domain/values/present.js';
import { audiences } from './audiences.js';
import { allPages, mapped, TikTokClient, type ClientOptions } from './client.js';
import { formsAndLeads } from './forms-and-leads.js';
import {
  advertiserInfo,
  advertiserList,
  grantShape,
  nothing,
  subscribed,
  subscriptionPage,
} from './shapes.js';

export interface TikTokOptions extends ClientOptions {
  readonly appId: string;
  readonly secretRef: string;
  /** The vendor advises to copy it from the app's page. */
  readonly authorisationUrl: string;
  readonly secrets: Secrets;
}

/** Accounts that one request describes. */
const ACCOUNTS_AT_ONCE = 100;
const SUBSCRIPTIONS_A_PAGE = 100;
const ACCOUNT_FIELDS = ['name', 'company', 'status', 'role', 'timezone', 'currency'];

export function createTikTok(options: TikTokOptions): TikTok {
  const client = new TikTokClient(options);
  const app = () => appOf(options);
  return {
    secretRef: options.secretRef,
    authorisationUrl: ({ state, redirectUrl }) => authorisationUrl(options, state, redirectUrl),
    exchange: (code) => withApp(app, (named) => exchange(client, named, code)),
    revoke: (token) =>
      withApp(app, (named) =>
        client.post(nothing, {
          path: '/oauth2/revoke_token/',
          body: { ...named, access_token: token },
          repeat: 'safe',
        }),
      ),
    accountIds: (token) => withApp(app, (named) => accountIds(client, named, token)),
    accounts: (token, ids) => accounts(client, token, ids),
    subscriptions: () => withApp(app, (named) => subscriptions(client, named)),
    subscribe: (wish) => withApp(app, (named) => subscribe(client, named, wish)),
    unsubscribe: (subscriptionId) =>
      withApp(app, (named) =>
        client.post(nothing, {
          path: '/subscription/unsubscribe/',
          body: { ...named, subscription_id: subscriptionId },
          repeat: 'safe',
        }),
      ),
    ...formsAndLeads(client),
    ...audiences(client),
  };
}

interface App {
  readonly app_id: string;
  readonly secret: string;
}

async function appOf({ appId, secretRef, secrets }: TikTokOptions): Promise<App | string> {
  const secret = await secrets.get(secretRef);
  return secret === undefined || secret === ''
    ? `there is no secret ${secretRef}`
    : { app_id: appId, secret };
}

async function withApp<T>(
  app: () => Promise<App | string>,
  ask: (app: App) => Promise<TikTokAnswer<T>>,
): Promise<TikTokAnswer<T>> {
  const named = await app();
  if (typeof named !== 'string') return ask(named);
  return { kind: 'refused', refusal: { kind: 'misconfigured', message: named } };
}

function authorisationUrl(
  { authorisationUrl: base, appId }: TikTokOptions,
  state: string,
  redirectUrl: string,
): string {
  const url = new URL(base);
  url.searchParams.set('app_id', appId);
  url.searchParams.set('state', state);
  url.searchParams.set('redirect_uri', redirectUrl);
  return url.href;
}

async function exchange(client: TikTokClient, app: App, authCode: string): Promise<TikTokAnswer<Grant>> {
  const answer = await client.post(grantShape, {
    path: '/oauth2/access_token/',
    body: { ...app, auth_code: authCode },
    repeat: 'once',
  });
  return mapped(answer, ({ access_token: token, scope: scopes }) => ({ token, scopes }));
}

async function accountIds(
  client: TikTokClient,
  app: App,
  token: string,
): Promise<TikTokAnswer<readonly string[]>> {
  const answer = await client.get(advertiserList, {
    path: '/oauth2/advertiser/get/',
    token,
    query: { ...app },
  });
  return mapped(answer, ({ list }) => list.map(({ advertiser_id: id }) => id));
}

async function accounts(
  client: TikTokClient,
  token: string,
  ids: readonly string[],
): Promise<TikTokAnswer<readonly AccountFacts[]>> {
  const all: AccountFacts[] = [];
  for (let from = 0; from < ids.length; from += ACCOUNTS_AT_ONCE) {
    const answer = await client.get(advertiserInfo, {
      path: '/advertiser/info/',
      token,
      query: { advertiser_ids: ids.slice(from, from + ACCOUNTS_AT_ONCE), fields: ACCOUNT_FIELDS },
    });
    if (answer.kind === 'refused') return answer;
    all.push(...answer.value.list.map(accountOf));
  }
  return { kind: 'ok', value: all };
}

function accountOf(row: z.output<typeof advertiserInfo>['list'][number]): AccountFacts {
  const { advertiser_id: externalId, name, status, role, company, timezone, currency } = row;
  return {
    externalId,
    name: name === '' ? externalId : name,
    status,
    role,
    ...present({
      company: company ?? undefined,
      timeZone: timezone ?? undefined,
      currency: currency ?? undefined,
    }),
  };
}

async function subscriptions(
  client: TikTokClient,
  app: App,
): Promise<TikTokAnswer<readonly LeadSubscription[]>> {
  const pages = await allPages(client, subscriptionPage, {
    path: '/subscription/get/',
    query: { ...app, subscribe_entity: 'LEAD', page_size: SUBSCRIPTIONS_A_PAGE },
  });
  return mapped(pages, (all) =>
    all
      .flatMap(({ subscriptions: some }) => some)
      .map(({ subscription_id: id, callback_url: callbackUrl, subscription_detail: detail }) => ({
        id,
        callbackUrl,
        ...present({
          accountId: detail.advertiser_id ?? undefined,
          formId: detail.page_id ?? undefined,
        }),
      })),
  );
}

async function subscribe(
  client: TikTokClient,
  app: App,
  { token, accountId, callbackUrl }: Parameters<TikTok['subscribe']>[0],
): Promise<TikTokAnswer<string>> {
  const answer = await client.post(subscribed, {
    path: '/subscription/subscribe/',
    body: {
      ...app,
      subscribe_entity: 'LEAD',
      callback_url: callbackUrl,
      subscription_detail: { access_token: token, advertiser_id: accountId },
    },
    repeat: 'once',
  });
  return mapped(answer, ({ subscription_id: id }) => id);
}
