/**
 * Servers that speak TLS to gateways, with the certificate of TEST_TLS, which they trust: the embedded ones, or a genuine
 * drachtio-server of its own (DRACHTIO_BIN, real-process.ts) beside those of SWITCH=external.
 */
import { TEST_TLS } from '../sip/certificate.js';
import { realProgram, startRealProcess } from './real-process.js';
import { kind, missingServers, startServers, type Servers } from './test-switch.js';

/** Undefined when the tests can run, else why not. */
export function missingTlsServers(): string | undefined {
  const missing = missingServers();
  if (missing !== undefined || kind !== 'external' || realProgram('drachtio') !== undefined) return missing;
  const why = 'DRACHTIO_BIN names no drachtio-server that could be started with a certificate';
  console.warn(`TLS on real servers skipped: ${why}`);
  return why;
}

export async function startTlsServers(): Promise<Servers> {
  const servers = await startServers();
  const binary = realProgram('drachtio');
  if (binary === undefined) return servers;
  const drachtio = await startRealProcess('drachtio', binary, {
    files: { 'key.pem': TEST_TLS.key, 'cert.pem': TEST_TLS.cert },
    configure: speaksTls,
    environment: { DRACHTIO_TLS_VERIFY_CLIENT_CERT: '1' },
  });
  return { ...servers, signalling: drachtio, sip: drachtio.sip, close: () => drachtio.close() };
}

const TLS_FILES =
  '<tls><key-file>key.pem</key-file><cert-file>cert.pem</cert-file><chain-file>cert.pem</chain-file></tls>';

/** A secure socket instead of the browsers'. */
function speaksTls(configuration: string): string {
  return configuration
    .replace(/sip:(127\.0\.0\.1:\d+);transport=ws</, 'sips:$1;transport=tls<')
    .replace('</contacts>', `</contacts>${TLS_FILES}`);
}
