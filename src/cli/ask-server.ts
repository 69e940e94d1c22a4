/** A request of a command to the running server, with the API key of --key or DIALTRACE_API_KEY. */
import { Fault } from '../errors.js';
import type { CommandContext } from './context.js';

export interface ServerOptions {
  readonly url: string;
  readonly key?: string;
}

interface ServerRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Throws Fault `unauthenticated`, `telephony-refused`, `not-found`, `field-invalid`, by what the server answers. */
export async function askServer<T>(
  { environment }: Pick<CommandContext, 'environment'>,
  { url, key }: ServerOptions,
  { method, path, headers, body }: ServerRequest,
): Promise<T> {
  const token = key ?? environment['DIALTRACE_API_KEY'];
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new Fault('switch-unavailable', `${url} does not answer: is Dialtrace running there?`, {
      cause: error,
    });
  });
  const answer = (await response.json()) as T & { readonly code?: string; readonly detail?: string };
  if (response.ok) return answer;
  throw new Fault(codeOf(answer.code), answer.detail ?? `the server answered ${response.status}`);
}

const KNOWN = ['unauthenticated', 'forbidden', 'telephony-refused', 'not-found', 'field-invalid'] as const;

function codeOf(code: string | undefined): (typeof KNOWN)[number] | 'conflict' {
  return KNOWN.find((known) => known === code) ?? 'conflict';
}
