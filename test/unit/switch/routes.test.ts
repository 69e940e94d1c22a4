import { describe, expect, it } from 'vitest';
import type { CallId, E164, LegId } from '../../../src/domain/values/ids.js';
import type { OriginateRequest } from '../../../src/app/ports/switch.js';
import { reasonHeader, refusalStatus } from '../../../src/switch/messages/causes.js';
import { isGatewayFault } from '../../../src/domain/routing/sip-causes.js';
import { hostUri, phoneRoute, trunkRoutes } from '../../../src/switch/trunks/routes.js';

const request: OriginateRequest = {
  legId: 'l' as LegId,
  callId: 'c' as CallId,
  sipCallId: 's',
  role: 'client',
  target: { kind: 'trunk', trunk: 't', number: '+4930111' as E164 },
  ringMs: 1000,
};
const trunk = {
  name: 't',
  gateways: [
    { host: '192.0.2.1', port: 5060, transport: 'udp' },
    { host: 'sip.example.net', port: 5070, transport: 'tcp' },
  ],
  format: 'e164',
  channels: 1,
  callsPerSecond: 1,
  noResponseSeconds: 4,
} as const;

describe('routes', () => {
  it('has one for each gateway, in order', () => {
    const routes = trunkRoutes(request, '+4930111', { trunk });
    expect(routes.map(({ uri }) => uri)).toEqual([
      'sip:+4930111@192.0.2.1:5060',
      'sip:+4930111@sip.example.net:5070;transport=tcp',
    ]);
    expect(routes[0]).toMatchObject({ headers: { From: '<sip:anonymous@localhost>' }, noResponseMs: 4000 });
    expect(routes.map(hostUri)).toEqual(['sip:192.0.2.1:5060', 'sip:sip.example.net:5070;transport=tcp']);
  });

  it('uses the caller before the trunk, the trunk before its user name', () => {
    const from = (extra: object, more: object = {}) =>
      trunkRoutes({ ...request, ...more }, '+49', { trunk: { ...trunk, ...extra } })[0]?.headers['From'];
    expect(from({ username: 'acme' })).toBe('<sip:acme@localhost>');
    expect(from({ username: 'acme', callerId: '+491' })).toBe('<sip:+491@localhost>');
    expect(from({ callerId: '+491', format: 'digits' }, { callerNumber: '+492' })).toBe(
      '<sip:492@localhost>',
    );
  });

  it('lets no caller name break the header', () => {
    const route = phoneRoute(
      { ...request, callerName: 'A"\r\nX: y\\', callerNumber: '1' },
      'sip:a@h',
      undefined,
      undefined,
    );
    expect(route.headers['From']).toBe('"A   X: y " <sip:1@localhost>');
  });

  it('asks for credentials only when there is a user and a password', () => {
    expect(
      trunkRoutes(request, '+49', { trunk: { ...trunk, username: 'u' } })[0]?.credentials,
    ).toBeUndefined();
    expect(
      trunkRoutes(request, '+49', { trunk: { ...trunk, username: 'u' }, password: 'p' })[0]?.credentials,
    ).toEqual({ username: 'u', password: 'p' });
  });

  it.each([
    [503, true],
    [500, true],
    [408, true],
    [403, true],
    [404, false],
    [486, false],
    [480, false],
    [603, false],
  ])('status %i lets the next gateway try: %s', (status, mayTry) => {
    expect(isGatewayFault(status)).toBe(mayTry);
  });
});

describe('causes', () => {
  it('says completed elsewhere in the way phones understand', () => {
    expect(reasonHeader('completed-elsewhere')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    expect(reasonHeader('busy')).toBe('Q.850;cause=17;text="User busy"');
    expect(refusalStatus('busy')).toBe(486);
  });
});
