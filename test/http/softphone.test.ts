/** /v1/softphone: where the browser's phone registers, and that the page may go there. */
import { afterEach, expect, it } from 'vitest';
import { lineFor, type SoftphoneOptions } from '../../src/http/softphone-line.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const REALM = 'calls.example';
let bed: HttpBed | undefined;
afterEach(async () => {
  await bed?.close();
  bed = undefined;
});

async function softphone(options: SoftphoneOptions) {
  bed = await openHttpBed({ http: { softphone: options } });
  const answer = await bed.request({ url: '/v1/softphone' });
  return { body: answer.json(), policy: String(answer.headers['content-security-policy']) };
}

it('says what to set when there is no WebSocket, and lets the page go nowhere', async () => {
  const { body, policy } = await softphone({ realm: REALM, iceServers: [] });
  expect(body).toMatchObject({ web_socket: null, realm: REALM, ice_servers: [] });
  expect(body).toHaveProperty('why', expect.stringContaining('softphone.webSocketUrl'));
  expect(policy).toMatch(/connect-src 'self' blob:$/);
});

it('names the embedded switch by the host that the page came from', async () => {
  const socket = { port: 5066, secure: 'no' } as const;
  const { body, policy } = await softphone({ realm: REALM, iceServers: [], socket });
  expect(body).toMatchObject({ web_socket: 'ws://localhost:5066', why: null });
  expect(policy).toMatch(/connect-src 'self' blob: ws:\/\/localhost:5066$/);
});

it('prefers the address that was set, and passes the ICE servers on', async () => {
  const { body, policy } = await softphone({
    realm: REALM,
    webSocketUrl: 'wss://calls.example/sip',
    socket: { port: 5066, secure: 'no' },
    iceServers: [{ urls: 'stun:stun.example:3478' }],
  });
  expect(body).toMatchObject({
    web_socket: 'wss://calls.example/sip',
    ice_servers: [{ urls: 'stun:stun.example:3478' }],
  });
  expect(policy).toMatch(/connect-src 'self' blob: wss:\/\/calls\.example$/);
});

it('takes no other text than a name out of the Host header', () => {
  const options = { realm: REALM, iceServers: [], socket: { port: 5066, secure: 'no' } } as const;
  const kindFor = (hostname: string) => lineFor(options, { hostname, protocol: 'http' }).kind;
  expect(['localhost', '192.0.2.1', '[2001:db8::1]', 'calls.example'].map(kindFor)).toEqual(
    Array(4).fill('open'),
  );
  expect(['', 'x; script-src *', 'a b', 'x"y', '[::1'].map(kindFor)).toEqual(Array(5).fill('closed'));
});

it('says why a page by https cannot use a plain socket', () => {
  const page = { hostname: 'calls.example', protocol: 'https' } as const;
  const options = { realm: REALM, iceServers: [] };
  expect(lineFor({ ...options, socket: { port: 5066, secure: 'no' } }, page)).toMatchObject({
    kind: 'closed',
  });
  expect(lineFor({ ...options, socket: { port: 5066, secure: 'yes' } }, page)).toEqual({
    kind: 'open',
    url: 'wss://calls.example:5066',
  });
});
