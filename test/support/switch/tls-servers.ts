/**
 * Servers that speak TLS to gateways, each with a certificate of TEST_TLS that it trusts: the embedded ones, or a genuine
 * drachtio-server of its own beside those of SWITCH=external, where DRACHTIO_PROGRAM names its program.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TEST_TLS } from '../sip/certificate.js';
import { freePort } from '../sip/sipp.js';
import { kind, missingServers, startServers, until, type Servers } from './test-switch.js';

const SECRET = 'tls-secret';
const program = process.env['DRACHTIO_PROGRAM'];

/** Undefined when the tests can run, else why not. */
export function missingTlsServers(): string | undefined {
  const missing = missingServers();
  if (missing !== undefined || kind !== 'external' || program !== undefined) return missing;
  const why = 'DRACHTIO_PROGRAM names no drachtio-server that could be started with a certificate';
  console.warn(`TLS on real servers skipped: ${why}`);
  return why;
}

export async function startTlsServers(): Promise<Servers> {
  const servers = await startServers();
  if (kind !== 'external' || program === undefined) return servers;
  const folder = await mkdtemp(join(tmpdir(), 'drachtio-tls-'));
  const [control, sip, secure] = [await freePort(), await freePort(), await freePort()];
  const path = join(folder, 'drachtio.conf.xml');
  await writeFile(join(folder, 'key.pem'), TEST_TLS.key);
  await writeFile(join(folder, 'cert.pem'), TEST_TLS.cert);
  await writeFile(path, await configuration(folder, { control, sip, secure }));
  const child = spawn(program, ['-f', path], {
    stdio: 'ignore',
    env: { ...process.env, DRACHTIO_TLS_VERIFY_CLIENT_CERT: '1' },
  });
  const ended = once(child, 'exit');
  await untilListening(control);
  return {
    ...servers,
    signalling: { host: '127.0.0.1', port: control, secret: SECRET },
    sip: `127.0.0.1:${sip}`,
    close: async () => {
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

/** That of the field (config/drachtio), with a secure socket instead of the browsers'. */
async function configuration(
  folder: string,
  { control, sip, secure }: { readonly control: number; readonly sip: number; readonly secure: number },
): Promise<string> {
  const files = `<tls><key-file>${folder}/key.pem</key-file><cert-file>${folder}/cert.pem</cert-file><chain-file>${folder}/cert.pem</chain-file></tls>`;
  return (await readFile(resolve('config/drachtio/drachtio.conf.xml'), 'utf8'))
    .replaceAll('@ADMIN_PORT@', String(control))
    .replaceAll('@SECRET@', SECRET)
    .replaceAll('@SIP_PORT@', String(sip))
    .replace(
      /<contact>sip:127\.0\.0\.1:5066[^\n]*/,
      `<contact>sips:127.0.0.1:${secure};transport=tls</contact>`,
    )
    .replace('</contacts>', `</contacts>${files}`);
}

async function untilListening(port: number): Promise<void> {
  const state = { now: 'refused' };
  const knock = () => {
    const socket = connect(port, '127.0.0.1', () => {
      state.now = 'listening';
      socket.destroy();
    });
    socket.on('error', () => setTimeout(knock, 50));
  };
  knock();
  await until('drachtio-server listens', () => state.now === 'listening');
}
