/**
 * Requests in dialogs of other people that come this way because a proxied request recorded its route: passed on by their
 * Route, without an application (RFC 3261 §16.4, §16.6). Called by incoming-requests.ts.
 */
import type { Received, ServerTransaction, ServerTransactionEvents, SipAddress } from '../../sip/api.js';
import { nextHopOf } from '../../sip/next-hop.js';
import { withTopHeader } from '../../wire/sip-message.js';
import type { SipRequest, SipResponse } from '../../wire/sip-types.js';
import { formatVia, MAGIC_COOKIE } from '../../wire/sip-via.js';
import { refuse } from './endings.js';
import { localFor, type Engine } from './engine-state.js';
import { passedBack, withoutTop } from './proxied-messages.js';
import { inSofiaOrder } from './sofia-messages.js';

interface Onward {
  readonly request: SipRequest;
  readonly to: SipAddress;
  readonly from: SipAddress;
}

/** Max-Forwards stays as it is, as with the real server. */
function onward(engine: Engine, message: SipRequest): Onward | undefined {
  const request = withoutTop(message, 'Route');
  const to = nextHopOf(request);
  const from = to && localFor(engine, to);
  return from && { request, to, from };
}

export function passAckOn(engine: Engine, { message }: Received<SipRequest>): void {
  const hop = onward(engine, message);
  if (!hop) return;
  const { host, port, protocol } = hop.from;
  const via = formatVia({
    transport: protocol.toUpperCase(),
    host,
    port,
    parameters: [{ name: 'rport' }, { name: 'branch', value: `${MAGIC_COOKIE}${engine.ids.uuid()}` }],
  });
  engine.stack.sendAck(inSofiaOrder(withTopHeader(hop.request, 'Via', via)), hop);
}

export function passRequestOn(
  engine: Engine,
  transaction: ServerTransaction,
  on: (events: Partial<ServerTransactionEvents>) => void,
): void {
  const { message } = transaction.received;
  const hop = onward(engine, message);
  if (!hop) {
    refuse(engine, transaction, 503);
    return;
  }
  const giveUp = (status: number) => () => {
    refuse(engine, transaction, status);
  };
  const client = engine.stack.request(
    inSofiaOrder(hop.request),
    {
      provisional: (response) => {
        if (response.message.status > 100) transaction.respond(passedBack(response.message));
      },
      final: (response) => {
        passFinalBack(transaction, response.message);
      },
      repeated2xx: (response) => {
        engine.stack.respondStateless(transaction.received, passedBack(response.message));
      },
      timedOut: giveUp(408),
      transportFailed: giveUp(503),
    },
    hop,
  );
  const forget = () => {
    client.forget();
  };
  on({ cancelled: () => void client.cancel(), terminated: forget, transportFailed: forget });
  if (message.method === 'BYE') writeCdrs(engine, hop.request, client.request);
}

/** The far end repeats its own 2xx, so the stack need not. */
function passFinalBack(transaction: ServerTransaction, response: SipResponse): void {
  transaction.respond(passedBack(response));
  if (response.status < 300) transaction.acknowledged();
}

function writeCdrs(engine: Engine, received: SipRequest, sent: SipRequest): void {
  engine.cdr({ kind: 'stop', source: 'network', message: received, reason: 'normal-release' });
  engine.cdr({ kind: 'stop', source: 'application', message: sent, reason: 'normal-release' });
}
