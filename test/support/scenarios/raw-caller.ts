/** A caller on a bare socket that repeats itself and never hears a word of RFC 3261, unless the test says so. */
import { randomUUID } from 'node:crypto';
import { buildOffer } from '../../../src/wire/sdp.js';
import { headerOf } from '../../../src/wire/sip-message.js';
import type { SipResponse } from '../../../src/wire/sip-types.js';
import type { RawSip } from '../switch/raw-sip.js';

export interface RawDialog {
  readonly callId: string;
  readonly to: string;
  readonly cseq: number;
}

export interface RawCaller {
  readonly dialog: RawDialog;
  /** The same INVITE each time. */
  invite(): void;
  /** Another request in the INVITE's place, without a body. */
  request(method: string): void;
  /** To the 200, or to a refusal in the INVITE's own transaction (RFC 3261 §17.1.1.3). */
  ack(answer: SipResponse): void;
}

interface RawCallerOptions {
  /** Request-URI: where it calls. */
  readonly uri: string;
  /** Goes on with this dialog instead of a new one. */
  readonly dialog?: RawDialog;
  readonly headers?: readonly string[];
  readonly contact?: 'own' | 'none';
}

export function rawCaller(raw: RawSip, { uri, ...options }: RawCallerOptions): RawCaller {
  const dialog = options.dialog ?? { callId: randomUUID(), to: `<${uri}>`, cseq: 1 };
  const port = Number(/:(\d+)$/.exec(uri)?.[1]);
  const branch = randomUUID();
  const lines = (method: string, transaction: string, to: string) => [
    `${method} ${uri} SIP/2.0`,
    `Via: SIP/2.0/UDP ${raw.host}:${raw.port};branch=z9hG4bK${transaction}`,
    'From: <sip:raw@127.0.0.1>;tag=1',
    `To: ${to}`,
    `Call-ID: ${dialog.callId}`,
    `CSeq: ${dialog.cseq} ${method}`,
    ...(options.contact === 'none' ? [] : [`Contact: <sip:raw@${raw.host}:${raw.port}>`]),
    'Max-Forwards: 70',
    ...(options.headers ?? []),
  ];
  const body = buildOffer({ address: raw.host, port: 9, sessionId: 1, sessionVersion: dialog.cseq });
  return {
    dialog,
    invite: () =>
      raw.send(port, [...lines('INVITE', branch, dialog.to), 'Content-Type: application/sdp'], body),
    request: (method) => raw.send(port, lines(method, branch, dialog.to)),
    ack: (answer) => {
      const own = answer.status < 300 ? randomUUID() : branch;
      raw.send(port, lines('ACK', own, headerOf(answer, 'To') ?? ''));
    },
  };
}
