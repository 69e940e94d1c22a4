/** What the settings mean for an operator's browser. */
import { describe, expect, it } from 'vitest';
import { browserPhoneOf } from '../../../src/cli/browser-phone.js';
import { browserLines } from '../../../src/cli/commands/provision.js';
import { settingsSchema } from '../../../src/settings/schema.js';

const SERVERS = {
  signalling: { host: '127.0.0.1', port: 9022, secret: 'env:A' },
  media: { host: '127.0.0.1', port: 8021, secret: 'env:B' },
};
const WEB_SOCKET = { sip: { webSocket: { port: 5066 } } };

function phoneOf(settings: object) {
  const { findings, ...reached } = browserPhoneOf(settingsSchema.parse(settings));
  return { ...reached, found: findings.map(({ check, state }) => `${state} ${check}`), findings };
}

describe('the phone in the browser', () => {
  it('is off when nobody asked for it', () => {
    const { webSocket, found } = phoneOf({});
    expect([webSocket, found]).toEqual([undefined, ['ok browser phone']]);
    expect(phoneOf({ switch: { kind: 'external', ...SERVERS } }).webSocket).toBeUndefined();
  });

  it('works on the machine itself with one line of settings', () => {
    expect(phoneOf({ switch: WEB_SOCKET, http: { address: '127.0.0.1', port: 8080 } })).toMatchObject({
      page: 'http://127.0.0.1:8080/#/phone',
      webSocket: 'ws://127.0.0.1:5066',
      found: ['ok browser phone page'],
    });
  });

  it('has no microphone on other machines by plain http', () => {
    const { page, found, findings } = phoneOf({
      switch: WEB_SOCKET,
      http: { address: '0.0.0.0', port: 8080 },
    });
    expect([page, found]).toEqual(['http://this-server:8080/#/phone', ['warning browser phone page']]);
    expect(findings[0]).toMatchObject({
      detail: expect.stringContaining('browsers give no microphone there') as unknown,
      remedy: expect.stringContaining('http.publicUrl') as unknown,
    });
  });

  it('needs wss behind a proxy with TLS', () => {
    const http = { publicUrl: 'https://calls.example.com' };
    expect(phoneOf({ switch: WEB_SOCKET, http })).toMatchObject({
      webSocket: undefined,
      found: ['failure browser phone'],
    });
    const plain = { webSocketUrl: 'ws://calls.example.com/sip' };
    expect(phoneOf({ switch: WEB_SOCKET, http, softphone: plain }).found).toEqual([
      'ok browser phone page',
      'failure browser phone line',
    ]);
    const secure = { webSocketUrl: 'wss://calls.example.com/sip' };
    expect(phoneOf({ switch: { kind: 'external', ...SERVERS }, http, softphone: secure })).toMatchObject({
      page: 'https://calls.example.com/#/phone',
      webSocket: 'wss://calls.example.com/sip',
      found: ['ok browser phone page'],
    });
  });
});

describe('operator provision', () => {
  const lines = (settings: object) =>
    browserLines({ user: 'anna' }, browserPhoneOf(settingsSchema.parse(settings))).join('\n');

  it('tells the page, what a browser would refuse there, and that there is none', () => {
    expect(lines({ switch: WEB_SOCKET, http: { address: '127.0.0.1', port: 8080 } })).toBe(
      'browser    http://127.0.0.1:8080/#/phone: User anna, and the same password',
    );
    expect(lines({ switch: WEB_SOCKET, http: { address: '0.0.0.0' } })).toMatch(/no microphone there/);
    expect(lines({})).toMatch(/^browser {4}off: no WebSocket for phones: set switch\.sip\.webSocket/);
  });
});
