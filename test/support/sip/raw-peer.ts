/** A far SIP party over UDP that does exactly what the test says, correct or not. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { UserAgent } from '../../../src/sip/api.js';
import { responseTo, type ResponseParts } from '../../../src/sip/requests.js';
import { headerOf, parseSipMessage, writeSipMessage } from '../../../src/wire/sip-message.js';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from '../../../src/wire/sip-types.js';

interface Parts {
  readonly body?: string;
  readonly headers?: readonly SipHeader[];
}

export interface RawPeer {
  readonly uri: string;
  /** The next request with this method; others that came before it are passed over. */
  next(method: string): Promise<SipRequest>;
  nextResponse(): Promise<SipResponse>;
  answer(request: SipRequest, status: number, parts?: ResponseParts): void;
  /** Text of a request outside a dialog. */
  request(method: string, to: UserAgent, parts?: Parts): string;
  /** Text of a request in the dialog that the agent's INVITE made. */
  inDialog(
    invite: SipRequest,
    method: string,
    parts: Parts & { readonly seq: number; readonly toTag: string },
  ): string;
  send(to: UserAgent, text: string): void;
  sendRaw(to: UserAgent, text: string): void;
  close(): void;
}

export async function openRawPeer(): Promise<RawPeer> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  const inbox: SipMessage[] = [];
  const waiting = new Set<() => void>();
  let serial = 0;

  socket.on('message', (bytes) => {
    const parsed = parseSipMessage(bytes);
    if (parsed.ok) inbox.push(parsed.message);
    for (const wake of waiting) wake();
  });

  async function take<M extends SipMessage>(isWanted: (message: SipMessage) => message is M): Promise<M> {
    for (;;) {
      const at = inbox.findIndex(isWanted);
      if (at >= 0) return inbox.splice(0, at + 1).at(-1) as M;
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
      });
      waiting.clear();
    }
  }

  function textOf(method: string, uri: string, lines: readonly string[], parts: Parts): string {
    serial += 1;
    const all = [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${String(port)};branch=z9hG4bKraw${String(serial)}`,
      ...lines,
      `Contact: <sip:raw@127.0.0.1:${String(port)}>`,
      ...(parts.headers ?? []).map(({ name, value }) => `${name}: ${value}`),
    ];
    return `${all.join('\r\n')}\r\n\r\n${parts.body ?? ''}`;
  }

  const portOf = (agent: UserAgent) => agent.stack.locals[0]!.port;
  const send = (to: UserAgent, text: string) => {
    socket.send(text, portOf(to), '127.0.0.1');
  };

  return {
    uri: `sip:raw@127.0.0.1:${String(port)}`,
    next: (method) =>
      take((message): message is SipRequest => message.kind === 'request' && message.method === method),
    nextResponse: () =>
      take((message): message is SipResponse => message.kind === 'response' && message.status > 100),
    answer(request, status, parts = {}) {
      const contact = { name: 'Contact', value: `<sip:raw@127.0.0.1:${String(port)}>` };
      const response = responseTo(request, status, {
        ...parts,
        headers: [contact, ...(parts.headers ?? [])],
      });
      const target = /:(\d+)/.exec(headerOf(request, 'Via') ?? '')?.[1];
      socket.send(writeSipMessage(response), Number(target), '127.0.0.1');
    },
    request(method, to, parts = {}) {
      const lines = [
        'From: <sip:raw@x>;tag=raw',
        'To: <sip:x@x>',
        `Call-ID: raw-${String(serial)}`,
        `CSeq: 1 ${method}`,
      ];
      return textOf(method, `sip:x@127.0.0.1:${String(portOf(to))}`, lines, parts);
    },
    inDialog(invite, method, parts) {
      const from = `${headerOf(invite, 'To') ?? ''};tag=${parts.toTag}`;
      const lines = [
        `From: ${from}`,
        `To: ${headerOf(invite, 'From') ?? ''}`,
        `Call-ID: ${headerOf(invite, 'Call-ID') ?? ''}`,
        `CSeq: ${String(parts.seq)} ${method}`,
      ];
      return textOf(method, 'sip:x@127.0.0.1', lines, parts);
    },
    send,
    sendRaw: send,
    close() {
      socket.close();
    },
  };
}
