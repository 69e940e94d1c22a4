/**
 * A request too large for a datagram goes over TCP (RFC 3261 §18.1.1), and over UDP all the same when nobody takes the
 * connection. To its owner it is one transaction. Called by stack.ts.
 */
import type { SipHeader } from '../wire/sip-types.js';
import type { ClientTransaction, ClientTransactionEvents } from './api.js';

type Start = (events: Partial<ClientTransactionEvents>) => ClientTransaction;

export function preferStream(
  overStream: Start,
  overDatagrams: Start,
  events: Partial<ClientTransactionEvents>,
): ClientTransaction {
  let cancelled: readonly SipHeader[] | undefined;
  let current = overStream({
    ...events,
    transportFailed: () => {
      current = overDatagrams(events);
      if (cancelled) current.cancel(cancelled);
    },
  });
  return {
    get request() {
      return current.request;
    },
    get local() {
      return current.local;
    },
    get remote() {
      return current.remote;
    },
    get bytes() {
      return current.bytes;
    },
    cancel(headers = []) {
      cancelled = headers;
      return current.cancel(headers);
    },
    forget: () => {
      current.forget();
    },
  };
}
