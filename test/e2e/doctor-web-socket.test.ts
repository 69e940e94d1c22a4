/** `doctor` tries the WebSocket of the browser phone: TLS, name, proxy, subprotocol. Real sockets on loopback. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { checkWebSocket, type LineTerms } from '../../src/cli/doctor/web-socket.js';
import { freePort } from '../../src/cli/chaos/free-port.js';
import { TEST_TLS } from '../support/sip/certificate.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function opened(server: Server, scheme: string): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `${scheme}://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function sipLine(scheme: 'ws' | 'wss', subprotocol = 'sip'): Promise<string> {
  const made = scheme === 'wss' ? createTlsServer(TEST_TLS) : createServer();
  new WebSocketServer({ server: made, handleProtocols: () => subprotocol });
  return opened(made, scheme);
}

const answering = (listener: RequestListener) => opened(createServer(listener), 'ws');

const NOW: LineTerms = { now: Date.now, by: 'somebody' };
const check = async (url: string, terms: Partial<LineTerms> = {}) =>
  (await checkWebSocket(url, { ...NOW, ...terms })).map(({ check: name, state, detail, remedy }) => ({
    told: `${state} ${name}`,
    detail,
    remedy,
  }));

describe('the line of the browser phone', () => {
  it('takes SIP in the clear, and over TLS with a certificate that browsers trust', async () => {
    expect(await check(await sipLine('ws'))).toMatchObject([{ told: 'ok browser phone line' }]);
    expect(await check(await sipLine('wss'), { ca: TEST_TLS.cert })).toMatchObject([
      { told: 'ok browser phone line' },
      { told: 'ok browser phone line tls', detail: expect.stringContaining('is trusted') as unknown },
    ]);
  });

  it('names a certificate that browsers do not trust, one that ended, and one that is about to', async () => {
    const url = await sipLine('wss');
    expect((await check(url))[1]).toMatchObject({
      told: 'failure browser phone line tls',
      detail: expect.stringContaining('browsers do not trust') as unknown,
      remedy: expect.stringContaining('public authority') as unknown,
    });
    const end = Date.UTC(2099, 11, 31, 23, 59, 59);
    expect((await check(url, { ca: TEST_TLS.cert, now: () => end + 1000 }))[1]).toMatchObject({
      told: 'failure browser phone line tls',
      detail: expect.stringContaining('expired') as unknown,
    });
    expect((await check(url, { ca: TEST_TLS.cert, now: () => end - 3 * 86_400_000 }))[1]).toMatchObject({
      told: 'warning browser phone line tls',
    });
  });

  it('tells a proxy that does not pass it on from one that does not reach the switch', async () => {
    const page = await answering((_request, response) => response.end('a page'));
    expect(await check(page)).toMatchObject([
      { told: 'failure browser phone line', remedy: expect.stringContaining('Upgrade') as unknown },
    ]);
    const broken = await answering((_request, response) => response.writeHead(502).end());
    expect(await check(broken)).toMatchObject([
      {
        detail: expect.stringContaining('HTTP 502') as unknown,
        remedy: expect.stringContaining('does not reach') as unknown,
      },
    ]);
  });

  it('is no line for SIP without the subprotocol, nor where nobody listens', async () => {
    expect(await check(await sipLine('ws', 'chat'))).toMatchObject([{ told: 'failure browser phone line' }]);
    const nowhere = `ws://127.0.0.1:${await freePort()}`;
    expect(await check(nowhere)).toMatchObject([
      { told: 'failure browser phone line', detail: expect.stringContaining('ECONNREFUSED') as unknown },
    ]);
    expect(await check(nowhere, { by: 'server' })).toMatchObject([{ told: 'ok browser phone line' }]);
  });
});
