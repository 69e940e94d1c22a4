/** A carrier that speaks TLS by an authority of its own, and wants to see our certificate: the whole program reaches it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { TEST_TLS } from '../support/sip/certificate.js';
import { startProgram } from '../support/sipp/program.js';
import { kind, until } from '../support/switch/test-switch.js';

/** Answers every request with 200; its port. */
async function openCarrier(shown: string[], asks: Pick<TlsOptions, 'requestCert' | 'rejectUnauthorized'>) {
  const server = createServer({ ...TEST_TLS, ca: TEST_TLS.cert, ...asks });
  const open = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    open.add(socket);
    if (asks.requestCert === true) shown.push(String(socket.getPeerCertificate().subject.CN));
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const answer = bytes.toString().replace(/^OPTIONS .*\r\n/, 'SIP/2.0 200 OK\r\n');
      socket.write(answer.replace(/\r\nTo: ([^\r]*)/, '\r\nTo: $1;tag=c'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

it.skipIf(kind === 'external')(
  'is probed with the certificates of its trunk, and not without',
  { timeout: 30_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dialtrace-tls-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(certificate, TEST_TLS.cert);
    await writeFile(key, TEST_TLS.key);
    const shown: string[] = [];
    const known = await openCarrier(shown, { requestCert: true, rejectUnauthorized: true });
    const bare = await openCarrier([], {});
    const gateways = (port: number) => ({
      gateways: [{ host: '127.0.0.1', port, transport: 'tls' }],
      callerId: '+4930100',
      probe: { interval: '1s', downAfter: 1, upAfter: 1 },
    });
    const program = await startProgram({
      telephony: { trunks: { known: gateways(known), bare: gateways(bare) } },
      trunkTls: {
        known: {
          caFile: certificate,
          certificateFile: certificate,
          keyFile: key,
          serverName: 'localhost',
          fingerprint: 'x',
        },
      },
      settings: {
        switch: {
          sip: { address: '127.0.0.1', port: 0, tls: { port: 0, certificate, key } },
          rtp: { address: '127.0.0.1' },
        },
      },
    });
    onTestFinished(() => program.close());
    const stateOf = (name: string) =>
      program.dialtrace.switch.trunks().find(({ trunk }) => trunk === name)?.gateways[0]?.state;
    await until('the carrier is up', () => stateOf('known') === 'up', 10_000);
    await until('nobody vouches for the other', () => stateOf('bare') === 'down', 10_000);
    expect(new Set(shown)).toEqual(new Set(['dialtrace tests']));
  },
);
