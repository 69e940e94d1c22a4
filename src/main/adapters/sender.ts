/**
 * The Sender port: outgoing HTTP through undici. Addresses are checked after DNS and before the connection, so that a
 * webhook cannot be pointed at this machine or the network behind it (nor rebound to it); redirects are refused.
 */
import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Agent, Dispatcher, request as undiciRequest } from 'undici';
import type { Secrets, SendOutcome, Sender } from '../../app/ports/ports.js';
import { messageOf } from '../../errors.js';
import { sendMail, type MailSettings } from './mail-sender.js';

export interface SenderOptions {
  /** `public-only`: addresses of the internet; `any`: also private ones (receivers inside the same network). */
  readonly reach: 'public-only' | 'any';
  /** Where notices to `mailto:` addresses go. */
  readonly mail?: MailSettings | undefined;
}

const LONGEST_ANSWER = 4096;

function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast';
}

/** dns.lookup that fails for an address outside the public internet. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = error === null ? addresses.find(({ address }) => !isPublic(address)) : undefined;
    if (refused !== undefined)
      callback(new Error(`${hostname} is ${refused.address}, which is not a public address`), '', 4);
    else if (options.all === true) callback(error, addresses, 4);
    else callback(error, addresses[0]?.address ?? '', addresses[0]?.family ?? 4);
  });
};

/** IP literals never pass through the lookup. */
function literalProblem(url: URL, { reach }: SenderOptions): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!['http:', 'https:'].includes(url.protocol)) return `${url.protocol} is not http or https`;
  if (reach === 'public-only' && ipaddr.isValid(host) && !isPublic(host))
    return `${host} is not a public address`;
  return undefined;
}

function retryAfter(headers: Dispatcher.ResponseData['headers']): number | undefined {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

async function outcomeOf(response: Dispatcher.ResponseData, longest = LONGEST_ANSWER): Promise<SendOutcome> {
  const body = (await response.body.text()).slice(0, longest);
  const status = response.statusCode;
  if (status >= 200 && status < 300) return { kind: 'accepted', status, body };
  const retryAfterSeconds = retryAfter(response.headers);
  return { kind: 'refused', status, body, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

export interface ClosableSender extends Sender {
  close(): Promise<void>;
}

interface Client {
  readonly request: typeof undiciRequest;
  readonly agent: Agent;
}

/** Loaded with the first request: who sends nothing does not keep its 15 MB. */
async function openClient({ reach }: SenderOptions): Promise<Client> {
  const { Agent, request } = await import('undici');
  return { request, agent: new Agent(reach === 'public-only' ? { connect: { lookup: publicLookup } } : {}) };
}

export function createSender(options: SenderOptions, secrets: Secrets): ClosableSender {
  let client: Promise<Client> | undefined;
  return {
    send: async (asked) => {
      const { method = 'POST', url, headers, body, timeoutMs, longestAnswer } = asked;
      if (url.startsWith('mailto:')) return sendMail(options.mail, secrets, asked);
      const parsed = URL.canParse(url) ? new URL(url) : undefined;
      const problem = parsed === undefined ? `${url} is no URL` : literalProblem(parsed, options);
      if (problem !== undefined) return { kind: 'unreachable', why: problem };
      const { request, agent } = await (client ??= openClient(options));
      return request(url, {
        method,
        headers,
        body: method === 'GET' ? null : body,
        dispatcher: agent,
        signal: AbortSignal.timeout(timeoutMs),
      }).then(
        (response) => outcomeOf(response, longestAnswer),
        (error: unknown) => ({
          kind: 'unreachable',
          why: messageOf(error),
        }),
      );
    },
    close: async () => (await client)?.agent.close(),
  };
}
