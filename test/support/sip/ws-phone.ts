/** A browser's SIP over one WebSocket (RFC 7118), as far as the tests need it: REGISTER with digest, and what comes in. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { answerChallenge } from '../../../src/sip/digest.js';
import { responseTo } from '../../../src/sip/requests.js';
import { headersOf, parseSipMessage, writeSipMessage } from '../../../src/wire/sip-message.js';
import type { SipMessage, SipRequest, SipResponse } from '../../../src/wire/sip-types.js';

export interface WsPhone {
  /** Status of the final answer. */
  register(user: string, password: string): Promise<number>;
  nextRequest(method: string): Promise<SipRequest>;
  /** A 200 to an INVITE has a Contact and, when given, a session. */
  answer(request: SipRequest, status: number, body?: string): void;
  close(): Promise<void>;
}

export async function openWsPhone(url: string, domain: string): Promise<WsPhone> {
  const socket = new WebSocket(url, 'sip');
  await once(socket, 'open');
  const inbox: SipMessage[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (frame: Buffer) => {
    const parsed = parseSipMessage(frame);
    if (parsed.ok) inbox.push(parsed.message);
    for (const wake of waiting) wake();
  });

  async function take<M extends SipMessage>(isWanted: (message: SipMessage) => message is M): Promise<M> {
    for (;;) {
      const at = inbox.findIndex(isWanted);
      if (at >= 0) return inbox.splice(at, 1)[0] as M;
      await new Promise<void>((resolve) => waiting.add(resolve));
      waiting.clear();
    }
  }

  let seq = 0;
  function sendRegister(user: string, authorization: string | undefined): Promise<SipResponse> {
    seq += 1;
    const lines = [
      `REGISTER sip:${domain} SIP/2.0`,
      `Via: SIP/2.0/WS browser.invalid;branch=z9hG4bKws${seq}`,
      `From: <sip:${user}@${domain}>;tag=ws`,
      `To: <sip:${user}@${domain}>`,
      `Call-ID: ws-${user}`,
      `CSeq: ${seq} REGISTER`,
      `Contact: <sip:${user}@browser.invalid;transport=ws>;+sip.instance="<urn:uuid:${user}>"`,
      'Max-Forwards: 70',
      'Expires: 60',
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      'Content-Length: 0',
    ];
    socket.send(`${lines.join('\r\n')}\r\n\r\n`);
    return take((message): message is SipResponse => message.kind === 'response' && message.status > 199);
  }

  return {
    async register(user, password) {
      const challenged = await sendRegister(user, undefined);
      const answer = answerChallenge(
        headersOf(challenged, 'WWW-Authenticate'),
        { method: 'REGISTER', uri: `sip:${domain}` },
        { credentials: { username: user, password }, cnonce: 'c' },
      );
      return (await sendRegister(user, answer)).status;
    },
    nextRequest: (method) =>
      take((message): message is SipRequest => message.kind === 'request' && message.method === method),
    answer(request, status, body = '') {
      const headers = [
        { name: 'Contact', value: '<sip:browser.invalid;transport=ws>' },
        ...(body === '' ? [] : [{ name: 'Content-Type', value: 'application/sdp' }]),
      ];
      const response = responseTo(request, status, { toTag: 'browser', headers, body });
      socket.send(writeSipMessage(response).toString());
    },
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}
