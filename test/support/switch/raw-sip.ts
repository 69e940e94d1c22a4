/** A SIP party on a bare UDP socket: says exactly what the test writes, correct or not. */
import { createSocket } from 'node:dgram';
import type { SipAddress, SipTap } from '../../../src/sip/api.js';
import { headerOf, parseSipMessage } from '../../../src/wire/sip-message.js';
import type { SipMessage, SipRequest, SipResponse } from '../../../src/wire/sip-types.js';

export interface RawSip {
  readonly host: string;
  readonly port: number;
  /** The next message that fits; those before it are dropped. Rejects after 3 s. */
  request(method: string): Promise<SipRequest>;
  response(method: string): Promise<SipResponse>;
  send(port: number, lines: readonly string[], body?: string): void;
  /** How many answers with a final status came to this method, repeats included. Empties the inbox. */
  finals(method: string): readonly SipResponse[];
  /** Status line and further lines; Via, From, To (with a tag), Call-ID and CSeq are copied from the request. */
  answer(request: SipRequest, status: string, lines: readonly string[], body?: string): void;
  close(): void;
}

const COPIED = ['From', 'Call-ID', 'CSeq'];

export interface RawSipOptions {
  /** Address to send from; 127.0.0.1 by default. */
  readonly host?: string;
  readonly tap?: SipTap;
}

export async function openRawSip({ host = '127.0.0.1', tap }: RawSipOptions = {}): Promise<RawSip> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const inbox: SipMessage[] = [];
  let changed: () => void = () => undefined;
  const tell = (direction: 'in' | 'out', bytes: Buffer, remote: Omit<SipAddress, 'protocol'>) => {
    const parsed = parseSipMessage(bytes);
    if (!parsed.ok) return undefined;
    tap?.message(direction, parsed.message, { protocol: 'udp', ...remote }, bytes.length);
    return parsed.message;
  };
  socket.on('message', (bytes, { address, port }) => {
    const message = tell('in', bytes, { host: address, port });
    if (message) inbox.push(message);
    changed();
  });
  const next = async <M extends SipMessage>(fits: (message: SipMessage) => message is M): Promise<M> => {
    const deadline = Date.now() + 3000;
    for (;;) {
      for (let message = inbox.shift(); message; message = inbox.shift()) if (fits(message)) return message;
      if (Date.now() > deadline) throw new Error('the SIP message did not come');
      await new Promise<void>((resolve) => {
        changed = resolve;
        setTimeout(resolve, 100);
      });
    }
  };
  const write = (port: number, lines: readonly string[], body: string) => {
    const text = `${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`;
    const bytes = Buffer.from(text);
    tell('out', bytes, { host: '127.0.0.1', port });
    socket.send(bytes, port, '127.0.0.1');
  };
  return {
    host,
    port: socket.address().port,
    request: (method) =>
      next((message): message is SipRequest => message.kind === 'request' && message.method === method),
    response: (method) =>
      next(
        (message): message is SipResponse =>
          message.kind === 'response' &&
          message.status > 100 &&
          headerOf(message, 'CSeq')?.endsWith(method) === true,
      ),
    send: (port, lines, body = '') => write(port, lines, body),
    finals: (method) =>
      inbox
        .splice(0)
        .filter(
          (message): message is SipResponse =>
            message.kind === 'response' &&
            message.status >= 200 &&
            headerOf(message, 'CSeq')?.endsWith(method) === true,
        ),
    answer: (request, status, lines, body = '') => {
      const vias = request.headers.filter(({ name }) => name === 'Via').map(({ value }) => `Via: ${value}`);
      const copied = COPIED.map((name) => `${name}: ${headerOf(request, name) ?? ''}`);
      const to = `To: ${headerOf(request, 'To') ?? ''};tag=raw`;
      const port = Number(/:(\d+)/.exec(headerOf(request, 'Via') ?? '')?.[1]);
      write(port, [`SIP/2.0 ${status}`, ...vias, ...copied, to, ...lines], body);
    },
    close: () => socket.close(),
  };
}
