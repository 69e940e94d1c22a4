/** A transaction's surroundings without sockets: what it sends and tells is written down, time is virtual. */
import {
  startClientTransaction,
  type RunningClientTransaction,
} from '../../../src/sip/client-transaction.js';
import { DEFAULT_TIMERS } from '../../../src/sip/defaults.js';
import { responseTo } from '../../../src/sip/requests.js';
import {
  startServerTransaction,
  type RunningServerTransaction,
} from '../../../src/sip/server-transaction.js';
import type { SipProtocol, SipAddress } from '../../../src/sip/api.js';
import type { SipMessage, SipRequest, SipResponse } from '../../../src/wire/sip-types.js';
import { createVirtualClock, type VirtualClock } from './virtual-clock.js';

export interface Stage {
  readonly clock: VirtualClock;
  /** `<virtual ms> <what>` in order. */
  readonly log: string[];
}

export function requestOf(method: string): SipRequest {
  const headers = [
    { name: 'Via', value: 'SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1;rport' },
    { name: 'From', value: '<sip:a@127.0.0.1>;tag=a' },
    { name: 'To', value: '<sip:b@127.0.0.1>' },
    { name: 'Call-ID', value: 'c1' },
    { name: 'CSeq', value: `1 ${method}` },
  ];
  return { kind: 'request', method, uri: 'sip:b@127.0.0.1', headers, body: '' };
}

function nameOf(message: SipMessage): string {
  return message.kind === 'request' ? message.method : String(message.status);
}

function stage(): Stage & { readonly note: (what: string) => void } {
  const clock = createVirtualClock();
  const log: string[] = [];
  return { clock, log, note: (what) => log.push(`${String(clock.now())} ${what}`) };
}

function contextOf({ clock, note }: ReturnType<typeof stage>) {
  return {
    clock,
    timers: DEFAULT_TIMERS,
    send: (message: SipMessage) => {
      note(`send ${nameOf(message)}`);
      return 1;
    },
  };
}

const addressOf = (protocol: SipProtocol, port: number): SipAddress => ({
  protocol,
  host: '127.0.0.1',
  port,
});

export interface ClientStage extends Stage {
  readonly transaction: RunningClientTransaction;
  readonly answer: (status: number, toTag?: string) => void;
}

export function clientStage(method: string, protocol: SipProtocol = 'udp'): ClientStage {
  const on = stage();
  const request = requestOf(method);
  const local = addressOf(protocol, 5060);
  const remote = addressOf(protocol, 5070);
  const transaction = startClientTransaction({
    context: contextOf(on),
    request,
    local,
    remote,
    sendCancel: () => on.note('send CANCEL'),
    end: () => on.note('end'),
    events: {
      provisional: ({ message }) => on.note(`provisional ${String(message.status)}`),
      final: ({ message }) => on.note(`final ${String(message.status)}`),
      repeated2xx: () => on.note('repeated 2xx'),
      timedOut: () => on.note('timed out'),
      transportFailed: () => on.note('transport failed'),
    },
  });
  return {
    ...on,
    transaction,
    answer: (status, toTag = 'b') => {
      const message: SipResponse = responseTo(request, status, { toTag });
      transaction.receive({ message, bytes: 1, remote, local, at: on.clock.now() });
    },
  };
}

export interface ServerStage extends Stage {
  readonly transaction: RunningServerTransaction;
  readonly answer: (status: number) => void;
}

export function serverStage(method: string, protocol: SipProtocol = 'udp'): ServerStage {
  const on = stage();
  const message = requestOf(method);
  const local = addressOf(protocol, 5060);
  const remote = addressOf(protocol, 5070);
  const transaction = startServerTransaction({
    context: contextOf(on),
    received: { message, bytes: 1, remote, local, at: 0 },
    answerTo: () => remote,
    end: () => on.note('end'),
  });
  transaction.listen({
    ackTimeout: () => on.note('ack timeout'),
    transportFailed: () => on.note('transport failed'),
  });
  return {
    ...on,
    transaction,
    answer: (status) => void transaction.respond(responseTo(message, status, { toTag: 'b' })),
  };
}
