/**
 * Transports and transactions of one SIP endpoint (RFC 3261 §16–18 as far as an endpoint has them): takes messages apart
 * by transaction and hands new requests to its owner. Used by user-agent.ts and engine/drachtio.
 */
import { Fault } from '../errors.js';
import {
  headerOf,
  headersOf,
  parseSipMessage,
  withFirstValue,
  withTopHeader,
  writeSipMessage,
} from '../wire/sip-message.js';
import { tagOf } from '../wire/sip-name-addr.js';
import type { SipMessage, SipRequest, SipResponse } from '../wire/sip-types.js';
import {
  branchOf,
  formatVia,
  MAGIC_COOKIE,
  parseVia,
  responseTarget,
  viaFrom,
  type Via,
} from '../wire/sip-via.js';
import type {
  ClientTransactionEvents,
  Received,
  RequestRoute,
  SipAddress,
  SipStack,
  SipStackHandlers,
  SipStackOptions,
} from './api.js';
import {
  clientKey,
  hasViasOf,
  startClientTransaction,
  type RunningClientTransaction,
} from './client-transaction.js';
import { preferStream } from './large-request.js';
import { DEFAULT_LIMITS, DEFAULT_TIMERS } from './defaults.js';
import { named, nextHopOf } from './next-hop.js';
import { responseTo } from './requests.js';
import { serverKey, startServerTransaction, type RunningServerTransaction } from './server-transaction.js';
import { systemClock, systemIds } from './system.js';
import type { TransactionContext } from './transaction-context.js';
import { isDatagram, openTransports, type Transport } from './transport.js';

/** RFC 3261 §18.1.1: what is larger may be cut into fragments that get lost. */
const DATAGRAM_BYTES = 1300;

interface Path {
  readonly local: SipAddress;
  readonly remote: SipAddress;
}

/** Opens all transports of `bind`. Throws `port-in-use`. */
export async function openSipStack(
  options: SipStackOptions & { readonly handlers: SipStackHandlers },
): Promise<SipStack> {
  const stack = new Stack(options);
  await stack.open();
  return stack;
}

class Stack implements SipStack {
  readonly #options: SipStackOptions & { readonly handlers: SipStackHandlers };
  readonly #clock;
  readonly #ids;
  readonly #limits;
  readonly #context: TransactionContext;
  readonly #clients = new Map<string, RunningClientTransaction>();
  readonly #servers = new Map<string, RunningServerTransaction>();
  readonly #counts = { received: 0, sent: 0, dropped: {} as Record<string, number> };
  #transports: readonly Transport[] = [];

  constructor(options: SipStackOptions & { readonly handlers: SipStackHandlers }) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#ids = options.ids ?? systemIds;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#context = {
      clock: this.#clock,
      timers: { ...DEFAULT_TIMERS, ...options.timers },
      send: (message, remote, local) => this.#send(message, remote, local),
    };
  }

  async open(): Promise<void> {
    const { bind, tls, tlsPeers } = this.#options;
    const settings = { ...this.#limits, ...(tls && { tls }), ...(tlsPeers && { tlsPeers }) };
    this.#transports = await openTransports(bind, settings, {
      bytes: (bytes, remote, local) => {
        this.#receive(bytes, remote, local);
      },
      dropped: (why, remote) => {
        this.#drop(why, remote);
      },
      failed: (error, remote) => {
        this.#transportFailed(error, remote);
      },
    });
  }

  get locals(): readonly SipAddress[] {
    return this.#transports.map(({ local }) => local);
  }

  request(request: SipRequest, events: Partial<ClientTransactionEvents>, route: RequestRoute = {}) {
    const remote = named(route.to ?? this.#nextHop(request), request.uri);
    const local = this.#transportFor(remote, route.from).local;
    const prepared = this.#withVia(request, local);
    const overDatagrams = (heard: Partial<ClientTransactionEvents>) =>
      this.#startClient(prepared, heard, { local, remote });
    const stream = isDatagram(local) ? this.#streamFor(prepared, remote) : undefined;
    if (!stream) return overDatagrams(events);
    const streamed = this.#withVia(request, stream.local);
    return preferStream((heard) => this.#startClient(streamed, heard, stream), overDatagrams, events);
  }

  /** Where a request goes that does not fit into a datagram; undefined when it fits or no TCP socket is open. */
  #streamFor(request: SipRequest, { host, port }: SipAddress): Path | undefined {
    if (writeSipMessage(request).length <= (this.#options.datagramBytes ?? DATAGRAM_BYTES)) return undefined;
    const remote: SipAddress = { protocol: 'tcp', host, port };
    const found = this.#transports.find(
      ({ local }) => local.protocol === 'tcp' && isIPv6(local) === isIPv6(remote),
    );
    return found && { local: found.local, remote };
  }

  sendAck(ack: SipRequest, route: RequestRoute = {}): SipRequest {
    const remote = route.to ?? this.#nextHop(ack);
    const { local } = this.#transportFor(remote, route.from);
    const sent = headerOf(ack, 'Via') === undefined ? this.#withVia(ack, local) : ack;
    this.#send(sent, remote, local);
    return sent;
  }

  respondStateless(received: Received<SipRequest>, response: SipResponse): void {
    this.#send(response, this.#answerTo(received), received.local);
  }

  stats() {
    const connections = this.#transports.reduce((sum, transport) => sum + transport.connectionCount, 0);
    return {
      clientTransactions: this.#clients.size,
      serverTransactions: this.#servers.size,
      connections,
      received: this.#counts.received,
      sent: this.#counts.sent,
      dropped: { ...this.#counts.dropped },
    };
  }

  async close(): Promise<void> {
    for (const client of [...this.#clients.values()]) client.forget();
    for (const server of [...this.#servers.values()]) server.forget();
    await Promise.all(this.#transports.map((transport) => transport.close()));
  }

  /* ---- out ---- */

  #nextHop(request: SipRequest): SipAddress {
    const hop = nextHopOf(request);
    if (!hop) throw new Fault('bug', `No IP address to send ${request.method} ${request.uri} to.`);
    return hop;
  }

  #transportFor(remote: SipAddress, from: SipAddress | undefined): Transport {
    const fitting = this.#transports.filter(
      ({ local }) => local.protocol === remote.protocol && isIPv6(local) === isIPv6(remote),
    );
    const found =
      fitting.find(({ local }) => local.host === from?.host && local.port === from.port) ?? fitting[0];
    if (!found) throw new Fault('bug', `No ${remote.protocol} socket to reach ${remote.host}.`);
    return found;
  }

  #withVia(request: SipRequest, local: SipAddress): SipRequest {
    const via: Via = {
      transport: local.protocol.toUpperCase(),
      host: this.#options.advertisedHost ?? local.host,
      port: local.port,
      parameters: [{ name: 'rport' }, { name: 'branch', value: `${MAGIC_COOKIE}${this.#ids.branch()}` }],
    };
    return withTopHeader(request, 'Via', formatVia(via));
  }

  #startClient(
    request: SipRequest,
    events: Partial<ClientTransactionEvents>,
    path: Path,
  ): RunningClientTransaction {
    const key = clientKey(request, branchOf(topVia(request)) ?? '');
    const transaction = startClientTransaction({
      context: this.#context,
      request,
      ...path,
      events,
      sendCancel: (cancel) => this.#startClient(cancel, {}, path),
      end: () => this.#clients.delete(key),
    });
    this.#clients.set(key, transaction);
    return transaction;
  }

  #send(message: SipMessage, remote: SipAddress, local: SipAddress): number {
    const bytes = writeSipMessage(message);
    this.#counts.sent += 1;
    this.#options.tap?.message('out', message, remote, bytes.length);
    this.#transports.find((transport) => transport.local === local)?.send(bytes, remote);
    return bytes.length;
  }

  #answerTo(received: Received<SipRequest>): SipAddress {
    const transport = this.#transports.find(({ local }) => local === received.local);
    if (transport?.isConnected(received.remote)) return received.remote;
    return { protocol: received.local.protocol, ...sentByOf(topVia(received.message)) };
  }

  /* ---- in ---- */

  #receive(bytes: Buffer, remote: SipAddress, local: SipAddress): void {
    this.#counts.received += 1;
    const parsed = parseSipMessage(bytes, this.#limits);
    const envelope = { bytes: bytes.length, remote, local, at: this.#clock.now() };
    if (!parsed.ok) {
      this.#drop(parsed.why === 'too-large' ? 'too-large' : 'malformed', remote);
      if (parsed.partial) this.#refuse({ ...envelope, message: parsed.partial }, parsed.why);
      return;
    }
    const { message } = parsed;
    if (message.kind === 'response') this.#takeResponse({ ...envelope, message });
    else this.#takeRequest({ ...envelope, message: noteSource(message, remote) });
  }

  /** 400 where the message has enough to be answered (RFC 3261 §8.2.6, RFC 4475 §3.1.2). */
  #refuse(received: Received<SipRequest>, why: string): void {
    const { message } = received;
    const isAnswerable = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].every(
      (name) => headerOf(message, name) !== undefined,
    );
    if (!isAnswerable || message.method === 'ACK' || !parseVia(headersOf(message, 'Via')[0] ?? '')) return;
    const request = noteSource(message, received.remote);
    const response = responseTo(request, 400, { reason: `Bad Request - ${why}`, toTag: this.#ids.tag() });
    this.respondStateless({ ...received, message: request }, response);
  }

  #takeResponse(received: Received<SipResponse>): void {
    const { message, remote } = received;
    this.#options.tap?.message('in', message, remote, received.bytes);
    const branch = branchOf(topVia(message)) ?? '';
    const transaction = this.#clients.get(clientKey(message, branch));
    if (transaction && hasViasOf(transaction.request, message)) transaction.receive(received);
    else this.#drop('unknown-transaction', remote);
  }

  #takeRequest(received: Received<SipRequest>): void {
    const { message } = received;
    this.#options.tap?.message('in', message, received.remote, received.bytes);
    const via = topVia(message);
    if (message.method === 'ACK') this.#takeAck(received, via);
    else if (message.method === 'CANCEL') this.#takeCancel(received, via);
    else {
      const key = serverKey(message, via, message.method);
      const known = this.#servers.get(key);
      if (known) known.repeated();
      else if (this.#options.merged === 'refuse' && this.#isMerged(message)) this.#refuseMerged(received);
      else this.#startServer(received, key);
    }
  }

  /** The same request by another path: other branch, same From tag, Call-ID and CSeq, and no To tag. */
  #isMerged(request: SipRequest): boolean {
    if (tagOf(headerOf(request, 'To') ?? '') !== undefined) return false;
    return [...this.#servers.values()].some(({ received: { message } }) => isSameRequest(message, request));
  }

  #refuseMerged(received: Received<SipRequest>): void {
    this.#drop('merged', received.remote);
    this.respondStateless(
      received,
      responseTo(received.message, 482, { reason: 'Request Merged', toTag: this.#ids.tag() }),
    );
  }

  #startServer(received: Received<SipRequest>, key: string): void {
    const transaction = startServerTransaction({
      context: this.#context,
      received,
      answerTo: () => this.#answerTo(received),
      end: () => this.#servers.delete(key),
    });
    this.#servers.set(key, transaction);
    this.#options.handlers.request(transaction, (events) => {
      transaction.listen(events);
    });
  }

  #takeAck(received: Received<SipRequest>, via: Via): void {
    const invite = this.#servers.get(serverKey(received.message, via, 'INVITE'));
    if (invite?.ack() !== 'absorbed') this.#options.handlers.ack(received);
  }

  /**
   * RFC 3261 §9.2. A 2xx ends the INVITE's transaction for this purpose (§17.2.1), so a CANCEL that crosses it gets 481,
   * as from sofia-sip. The CANCEL is a transaction of its own; repeats of it are answered again.
   */
  #takeCancel(received: Received<SipRequest>, via: Via): void {
    const invite = this.#servers.get(serverKey(received.message, via, 'INVITE'));
    const isOpen = invite?.state === 'proceeding';
    if (!invite || invite.state === 'accepted') {
      this.#options.handlers.strayCancel?.(received);
      this.respondStateless(received, responseTo(received.message, 481, { toTag: this.#ids.tag() }));
      return;
    }
    this.respondStateless(
      received,
      responseTo(received.message, 200, { toTag: invite.toTag ?? this.#ids.tag() }),
    );
    if (isOpen) invite.events.cancelled?.(received);
  }

  #drop(why: string, remote: SipAddress): void {
    this.#counts.dropped[why] = (this.#counts.dropped[why] ?? 0) + 1;
    this.#options.tap?.dropped(why, remote);
  }

  #transportFailed(error: Error, remote: SipAddress): void {
    this.#drop('transport', remote);
    for (const client of [...this.#clients.values()])
      if (isSame(client.remote, remote)) client.transportFailed(error);
    for (const server of [...this.#servers.values()])
      if (isSame(server.received.remote, remote)) server.transportFailed(error);
  }
}

function isSameRequest(a: SipRequest, b: SipRequest): boolean {
  return (
    headerOf(a, 'Call-ID') === headerOf(b, 'Call-ID') &&
    headerOf(a, 'CSeq') === headerOf(b, 'CSeq') &&
    tagOf(headerOf(a, 'From') ?? '') === tagOf(headerOf(b, 'From') ?? '')
  );
}

const NO_VIA: Via = { transport: 'UDP', host: '', parameters: [] };

/** Of a message that parseSipMessage let through, so there is one. */
function topVia(message: SipMessage): Via {
  return parseVia(headersOf(message, 'Via')[0] ?? '') ?? NO_VIA;
}

function noteSource(request: SipRequest, remote: SipAddress): SipRequest {
  return withFirstValue(request, 'Via', formatVia(viaFrom(topVia(request), remote)));
}

function sentByOf(via: Via): { readonly host: string; readonly port: number } {
  return { ...responseTarget(via), port: via.port ?? 5060 };
}

function isSame(a: SipAddress, b: SipAddress): boolean {
  return a.protocol === b.protocol && a.host === b.host && a.port === b.port;
}

function isIPv6(address: SipAddress): boolean {
  return address.host.includes(':');
}
