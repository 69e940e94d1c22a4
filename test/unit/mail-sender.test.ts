/** Notices by e-mail, against a server that speaks just enough SMTP (RFC 5321) on a real socket. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createSender } from '../../src/main/adapters/sender.js';

const received: string[] = [];
const server = createServer((socket) => {
  let inMessage = false;
  socket.setEncoding('utf8');
  socket.write('220 test ESMTP\r\n');
  socket.on('data', (text: string) => {
    received.push(text);
    if (inMessage) {
      if (!text.endsWith('\r\n.\r\n')) return;
      inMessage = false;
      socket.write('250 kept\r\n');
    } else if (text.startsWith('DATA')) {
      inMessage = true;
      socket.write('354 go on\r\n');
    } else if (text.startsWith('QUIT')) socket.end('221 bye\r\n');
    else socket.write('250 ok\r\n');
  });
});
afterEach(() => server.close());

const secrets = { get: () => Promise.resolve('secret') };
const request = {
  url: 'mailto:boss@example.com',
  headers: {},
  body: JSON.stringify({ subject: 'Missed', text: 'Call from +79161234567' }),
  timeoutMs: 2000,
};

it('sends subject and text to the address, and says when there is no server', async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const mail = { host: '127.0.0.1', port, security: 'none', from: 'dialtrace@example.com' } as const;
  const sender = createSender({ reach: 'public-only', mail }, secrets);
  expect(await sender.send(request)).toMatchObject({ kind: 'accepted' });
  const session = received.join('');
  expect(session).toContain('RCPT TO:<boss@example.com>');
  expect(session).toContain('Subject: Missed');
  expect(session).toContain('Call from +79161234567');
  await sender.close();

  const without = createSender({ reach: 'public-only' }, secrets);
  expect(await without.send(request)).toEqual({ kind: 'unreachable', why: 'sending.mail is not set' });
  await without.close();
});
