/** Authorisation, ad accounts and webhook subscriptions of the look-alike (§1.2, §1.3, §1.7). */
import {
  APP_ID,
  SECRET,
  jsonOf,
  listOf,
  ownAccount,
  pageOf,
  Refused,
  textOf,
  tokenOf,
  type FakeState,
  type FakeRequest,
  type FakeRoute,
} from './fake-state.js';

function checkApp(fields: Readonly<Record<string, unknown>>): void {
  if (textOf(fields, 'app_id') !== APP_ID || textOf(fields, 'secret') !== SECRET)
    throw new Refused(40101, 'app_id and secret do not match');
}

function exchange(state: FakeState, request: FakeRequest): object {
  if (request.headers['access-token'] !== undefined) throw new Refused(40002, 'no token is used here');
  const body = jsonOf(request);
  checkApp(body);
  if (!state.codes.delete(textOf(body, 'auth_code')))
    throw new Refused(40110, 'Auth_code is used or expired');
  const token = `token-${state.id()}`;
  state.tokens.add(token);
  return {
    access_token: token,
    advertiser_ids: state.accounts.map((one) => one.advertiser_id),
    scope: [4, 5, 22],
  };
}

function revoke(state: FakeState, request: FakeRequest): object {
  const body = jsonOf(request);
  checkApp(body);
  if (!state.tokens.delete(textOf(body, 'access_token')))
    throw new Refused(40105, 'Access token is incorrect');
  return { app_id: APP_ID, advertiser_ids: [] };
}

function advertisers(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  checkApp(request.query);
  return {
    list: state.accounts.map(({ advertiser_id, name }) => ({ advertiser_id, advertiser_name: name })),
  };
}

function info(state: FakeState, request: FakeRequest): object {
  tokenOf(state, request);
  const ids = listOf(request.query['advertiser_ids'], 'advertiser_ids');
  listOf(request.query['fields'], 'fields');
  if (ids.length > 100) throw new Refused(40002, 'advertiser_ids: Longer than maximum length 100.');
  return { list: ids.map((id) => state.accounts.find((one) => one.advertiser_id === id)) };
}

function subscribe(state: FakeState, request: FakeRequest): object {
  const body = jsonOf(request);
  checkApp(body);
  const detail = body['subscription_detail'] as Record<string, unknown>;
  const token = textOf(detail, 'access_token');
  if (!state.tokens.has(token)) throw new Refused(40105, 'Access token is incorrect or has been revoked.');
  if (textOf(body, 'subscribe_entity') !== 'LEAD')
    throw new Refused(40002, 'subscribe_entity: Not a valid choice.');
  const url = textOf(body, 'callback_url');
  if (!url.startsWith('https://')) throw new Refused(40002, 'callback_url: Not a valid URL.');
  const advertiser_id = ownAccount(state, textOf(detail, 'advertiser_id'));
  const subscription_id = state.id();
  state.subscriptions.push({ subscription_id, callback_url: url, advertiser_id, token });
  return { subscription_id };
}

function subscriptions(state: FakeState, request: FakeRequest): object {
  checkApp(request.query);
  const { items, page_info } = pageOf(state.subscriptions, request.query);
  return {
    subscriptions: items.map(({ subscription_id, callback_url, advertiser_id }) => ({
      app_id: APP_ID,
      ...{ subscription_id, callback_url },
      subscribe_entity: 'LEAD',
      subscription_detail: { advertiser_id },
    })),
    page_info,
  };
}

function unsubscribe(state: FakeState, request: FakeRequest): object {
  const body = jsonOf(request);
  checkApp(body);
  const id = textOf(body, 'subscription_id');
  const place = state.subscriptions.findIndex((one) => one.subscription_id === id);
  if (place < 0) throw new Refused(40002, `subscription ${id} does not exist`);
  state.subscriptions.splice(place, 1);
  return { subscription_id: id };
}

export const accountRoutes: Readonly<Record<string, FakeRoute>> = {
  'POST /oauth2/access_token/': exchange,
  'POST /oauth2/revoke_token/': revoke,
  'GET /oauth2/advertiser/get/': advertisers,
  'GET /advertiser/info/': info,
  'POST /subscription/subscribe/': subscribe,
  'GET /subscription/get/': subscriptions,
  'POST /subscription/unsubscribe/': unsubscribe,
};
