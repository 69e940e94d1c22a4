/**
 * A SIP trace as one party saw it, in lines that any correct switch gives again: what went which way, with or without a
 * session, and the few headers that a scenario turns on. Times, names, ids and addresses are left out. Pure.
 */
import { readAudio } from '../../../src/wire/sdp.js';
import { headerOf, headersOf } from '../../../src/wire/sip-message.js';
import type { SipMessage } from '../../../src/wire/sip-types.js';

export interface Seen {
  /** Name of the party in the scenario. */
  readonly party: string;
  /** As the party sees it. */
  readonly direction: 'in' | 'out';
  readonly message: SipMessage;
}

/** From here on a repeat is the point of a scenario; a single one is a lost datagram or a busy machine. */
const MANY = 3;

const HEADERS: Readonly<Record<string, (value: string) => string>> = {
  'Retry-After': (value) => value,
  // RFC 3261 §20.43: the code, not the agent and its text.
  Warning: (value) => value.slice(0, 3),
  Reason: (value) => value.replace(/;?\s*text=.*$/, '').replace(/\s+/g, ''),
  'WWW-Authenticate': challengeOf,
  'Proxy-Authenticate': challengeOf,
  Authorization: () => 'given',
};

/** Party by party in the order of their first message; repeats are folded into the first. */
export function traceLines(seen: readonly Seen[]): string[] {
  const counted = new Map<string, { readonly party: string; readonly line: string; count: number }>();
  for (const one of seen) {
    const known = counted.get(identityOf(one));
    if (known) known.count += 1;
    else counted.set(identityOf(one), { party: one.party, line: lineOf(one), count: 1 });
  }
  const parties = [...new Set(seen.map(({ party }) => party))];
  return parties.flatMap((name) =>
    [...counted.values()]
      .filter(({ party }) => party === name)
      .map(({ line, count }) => (count >= MANY ? `${line}, again and again` : line)),
  );
}

/** The same for a message and its retransmissions (RFC 3261 §17): transaction, kind and, of an answer, status and tag. */
function identityOf({ party, direction, message }: Seen): string {
  const branch = /branch=([^;,\s]+)/.exec(headerOf(message, 'Via') ?? '')?.[1] ?? '';
  const what =
    message.kind === 'request' ? message.method : `${message.status} ${headerOf(message, 'To') ?? ''}`;
  return [party, direction, branch, headerOf(message, 'CSeq') ?? '', what].join(' ');
}

function lineOf({ party, direction, message }: Seen): string {
  const method = headerOf(message, 'CSeq')?.split(' ').at(-1) ?? '?';
  const what = message.kind === 'request' ? message.method : `${message.status} ${method}`;
  const arrow = direction === 'out' ? '->' : '<-';
  return [party, arrow, what, ...bodyOf(message), ...headersShown(message)].join(' ');
}

function bodyOf(message: SipMessage): string[] {
  if (message.body === '') return [];
  const audio = readAudio(message.body);
  if (audio === undefined) return [message.body.split('\r\n')[0] ?? ''];
  const codecs = audio.codecs.map(({ name }) => name).join('/');
  return [
    `sdp(${[
      codecs,
      ...(audio.said === 'sendrecv' ? [] : [audio.said]),
      ...(audio.address === '0.0.0.0' ? ['nowhere'] : []),
    ].join(' ')})`,
  ];
}

function headersShown(message: SipMessage): string[] {
  return Object.entries(HEADERS).flatMap(([name, show]) => {
    const values = headersOf(message, name).map(show);
    return values.length === 0 ? [] : [`${name}=${[...new Set(values)].sort().join('+')}`];
  });
}

function challengeOf(value: string): string {
  const algorithm = /algorithm=([\w-]+)/.exec(value)?.[1] ?? 'MD5';
  return /stale=true/i.test(value) ? `${algorithm}(stale)` : algorithm;
}
