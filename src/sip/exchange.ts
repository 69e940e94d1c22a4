/** One request and its final response as a promise, with one digest retry (RFC 3261 §22.2, §8.1.3.5). For the user agent. */
import { headerOf, headersOf } from '../wire/sip-message.js';
import type { SipHeader, SipRequest, SipResponse } from '../wire/sip-types.js';
import type { Credentials, RequestRoute, SipIds, SipStack } from './api.js';
import { answerChallenge, parseChallenge } from './digest.js';

export interface Exchanger {
  readonly stack: SipStack;
  readonly ids: SipIds;
  readonly credentials: Credentials | undefined;
}

/** Builds the request anew, with the next CSeq, for each attempt. */
export type BuildRequest = (extra: readonly SipHeader[]) => SipRequest;

/** The final response; `undefined` on time-out or when the transport failed. */
export async function exchange(
  with_: Exchanger,
  build: BuildRequest,
  route?: RequestRoute,
): Promise<SipResponse | undefined> {
  const request = build([]);
  const response = await exchangeOnce(with_.stack, request, route);
  const retry = response && credentialsFor(request, response, with_);
  return retry ? exchangeOnce(with_.stack, build([retry]), route) : response;
}

function exchangeOnce(
  stack: SipStack,
  request: SipRequest,
  route?: RequestRoute,
): Promise<SipResponse | undefined> {
  return new Promise((resolve) => {
    const none = () => resolve(undefined);
    const final = ({ message }: { readonly message: SipResponse }) => resolve(message);
    try {
      stack.request(request, { final, timedOut: none, transportFailed: none }, route);
    } catch {
      none(); // No address or no socket for it: as good as no transport.
    }
  });
}

const CHALLENGES = [
  { status: 401, asks: 'WWW-Authenticate', answers: 'Authorization' },
  { status: 407, asks: 'Proxy-Authenticate', answers: 'Proxy-Authorization' },
] as const;

/** The header that answers a 401 or 407, unless there is nothing to answer with or it was answered already. */
export function credentialsFor(
  request: SipRequest,
  response: SipResponse,
  use: Pick<Exchanger, 'credentials' | 'ids'>,
): SipHeader | undefined {
  const row = CHALLENGES.find(({ status }) => status === response.status);
  if (!row || !use.credentials) return undefined;
  const values = response.headers.filter(({ name }) => name === row.asks).map(({ value }) => value);
  const isStale = values.some((value) => parseChallenge(value)?.stale === 'yes');
  if (headersOf(request, row.answers).length > 0 && !isStale) return undefined;
  const value = answerChallenge(values, request, { credentials: use.credentials, cnonce: use.ids.tag() });
  return value === undefined ? undefined : { name: row.answers, value };
}

/** What of a request's credentials its ACK repeats (§22.1). */
export function credentialHeadersOf(request: SipRequest): SipHeader[] {
  return CHALLENGES.flatMap(({ answers }) => {
    const value = headerOf(request, answers);
    return value === undefined ? [] : [{ name: answers, value }];
  });
}
