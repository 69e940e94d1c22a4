/** `doctor trunk` against a healthy carrier and seven broken ones, on loopback sockets: it must name each fault. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { reachGateway } from '../../src/cli/doctor/trunk/reach.js';
import type { TlsTerms } from '../../src/sip/api.js';
import { examineTrunk, type TrunkExamination } from '../../src/cli/doctor/trunk/examine-trunk.js';
import { isPrivateAddress } from '../../src/cli/doctor/trunk/judge-call.js';
import type { Gateway } from '../../src/domain/routing/telephony.js';
import type { Dns } from '../../src/resolve/dns.js';
import { EXPIRED_CERTIFICATE, EXPIRED_KEY } from '../support/carrier/expired-certificate.js';
import { TEST_TLS } from '../support/sip/certificate.js';
import { openFakeCarrier, type CarrierOptions } from '../support/carrier/fake-carrier.js';

const PASSWORD = 'right';
const noDns: Dns = { query: () => Promise.resolve({ kind: 'none' }) };

async function examine(gateway: Gateway, more: Partial<TrunkExamination> = {}, password = PASSWORD) {
  const findings = await examineTrunk({
    given: {
      trunk: {
        name: 'carrier',
        gateways: [gateway],
        format: 'e164',
        callerId: '+74951234567',
        channels: 1,
        callsPerSecond: 1,
        noResponseSeconds: 4,
        username: 'acme',
        passwordRef: 'env:CARRIER',
      },
      password,
    },
    number: '+74950000001',
    digits: '159*#',
    address: '127.0.0.1',
    port: 0,
    dns: noDns,
    now: () => Date.now(),
    ...more,
  });
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}

async function examineCarrier(options: CarrierOptions, password?: string) {
  const carrier = await openFakeCarrier(options);
  try {
    return await examine({ host: '127.0.0.1', port: carrier.port, transport: 'udp' }, {}, password);
  } finally {
    await carrier.close();
  }
}

async function closedPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

describe.concurrent('doctor trunk', () => {
  it('finds nothing wrong with a healthy carrier', async () => {
    const found = await examineCarrier({ password: PASSWORD });
    expect(Object.values(found).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(found).toMatchObject({
      options: { detail: expect.stringContaining('200') as string },
      codec: { detail: 'agreed on PCMU' },
      audio: { detail: 'the tone was heard both ways' },
      dtmf: { detail: 'every digit was heard: 159*#' },
      'caller-id': { detail: '+74951234567 arrived as +74951234567' },
    });
  });

  it('names a dead name', async () => {
    const { dns, call } = await examine({ host: 'sip.dead.example', transport: 'udp' });
    expect(dns).toMatchObject({
      state: 'failure',
      detail: 'udp:sip.dead.example: sip.dead.example: it has no address',
    });
    expect(call).toBeUndefined();
  });

  it.each(['udp', 'tcp'] as const)('names a closed %s port', async (transport) => {
    const { port } = await examine({ host: '127.0.0.1', port: await closedPort(), transport });
    expect(port).toMatchObject({ state: 'failure', remedy: expect.stringMatching(/firewall/) as string });
  });

  it('names an expired certificate', async () => {
    const server = createServer({ cert: EXPIRED_CERTIFICATE, key: EXPIRED_KEY });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { tls } = await examine({ host: '127.0.0.1', port, transport: 'tls' });
    await new Promise((resolve) => server.close(resolve));
    expect(tls).toMatchObject({
      state: 'failure',
      detail: 'the certificate of sip.example.net expired on Jan  1 00:00:00 2021 GMT',
    });
  });

  it('names a carrier that wants a certificate of ours, and shows it', async () => {
    const server = createServer({
      ...TEST_TLS,
      ca: TEST_TLS.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.on('secureConnection', (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const tlsFinding = async (terms: TlsTerms) => {
      const reach = { dns: noDns, address: '127.0.0.1', now: () => Date.now(), tls: terms };
      const { findings } = await reachGateway({ host: '127.0.0.1', port, transport: 'tls' }, reach);
      return findings.find(({ check }) => check === 'tls');
    };
    const trusted = { ca: TEST_TLS.cert };
    const ours = { ...trusted, ...TEST_TLS };
    expect(await tlsFinding(trusted)).toMatchObject({
      state: 'failure',
      remedy: expect.stringMatching(/tls.certificate/) as string,
    });
    expect(await tlsFinding(ours)).toMatchObject({ state: 'ok' });
    expect(await tlsFinding({ ...ours, serverName: 'sip.other.example' })).toMatchObject({
      state: 'failure',
      remedy: expect.stringMatching(/serverName/) as string,
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('calls over TLS, by a certificate that it trusts', async () => {
    const backTo = await closedPort();
    const carrier = await openFakeCarrier({ password: PASSWORD, tls: { backTo } });
    const gateway = { host: '127.0.0.1', port: carrier.port, transport: 'tls' } as const;
    const found = await examine(gateway, { tls: { ca: TEST_TLS.cert }, port: backTo });
    const distrusted = await examine(gateway);
    await carrier.close();
    expect(Object.values(found).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(found).toMatchObject({
      tls: { detail: expect.stringContaining('trusted') as string },
      options: { detail: expect.stringContaining('tls 127.0.0.1') as string },
      audio: { detail: 'the tone was heard both ways' },
    });
    expect(distrusted['tls']).toMatchObject({
      state: 'failure',
      detail:
        'the certificate of dialtrace tests is not trusted: nobody here vouches for dialtrace tests (DEPTH_ZERO_SELF_SIGNED_CERT)',
      remedy: expect.stringMatching(/`tls.ca`/) as string,
    });
    expect(distrusted['options']).toBeUndefined();
  });

  it('names a wrong password', async () => {
    const { authentication, audio } = await examineCarrier({ password: PASSWORD }, 'wrong');
    expect(authentication).toMatchObject({
      state: 'failure',
      detail: expect.stringMatching(/refused our account with 407/) as string,
    });
    expect(audio).toBeUndefined();
  });

  it('names a carrier without a common codec', async () => {
    const { codec } = await examineCarrier({ password: PASSWORD, fault: 'codec' });
    expect(codec).toMatchObject({
      state: 'failure',
      detail: 'the carrier takes none of the codecs offered (488): PCMU, PCMA',
    });
  });

  it('names a private address in the SDP and the one-way audio that it makes', async () => {
    const { nat, audio } = await examineCarrier({ password: PASSWORD, fault: 'private-address' });
    expect(nat).toMatchObject({ detail: expect.stringContaining('127.0.0.77') as string });
    expect(audio).toMatchObject({
      state: 'failure',
      detail: 'one-way audio: we hear the carrier, it does not hear us',
    });
  });

  it('names lost digits', async () => {
    const { dtmf, audio } = await examineCarrier({ password: PASSWORD, fault: 'dtmf' });
    expect(audio).toMatchObject({ state: 'ok' });
    expect(dtmf).toMatchObject({ state: 'failure', detail: 'digits are lost: pressed 159*#, heard none' });
  });
});

describe('isPrivateAddress', () => {
  it.each([
    ['10.1.2.3', true],
    ['172.16.0.1', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['100.64.0.1', true],
    ['100.128.0.1', false],
    ['169.254.1.1', true],
    ['fd12:3456::1', true],
    ['2001:db8::1', false],
    ['203.0.113.5', false],
  ])('%s: %s', (address, answer) => {
    expect(isPrivateAddress(address)).toBe(answer);
  });
});
