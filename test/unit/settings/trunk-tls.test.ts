/** Certificates of trunks: what is read with the set, and what is refused at which line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTrunkBook } from '../../../src/main/trunk-book.js';
import { loadSettings } from '../../../src/settings/load.js';
import { EXPIRED_KEY } from '../../support/carrier/expired-certificate.js';
import { TEST_TLS } from '../../support/sip/certificate.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialtrace-tls-'));
  await writeFile(join(directory, 'ca.pem'), TEST_TLS.cert);
  await writeFile(join(directory, 'key.pem'), TEST_TLS.key);
  await writeFile(join(directory, 'other.pem'), EXPIRED_KEY);
});
afterEach(() => rm(directory, { recursive: true }));

async function load(tls: string, { kind = 'embedded', transport = 'tls', more = '' } = {}) {
  const gateways = `[{ host: sip.example.net, transport: ${transport} }]`;
  const servers = kind === 'external' ? `, signalling: ${SERVER}, media: ${SERVER}` : '';
  await writeFile(
    join(directory, 'dialtrace.yaml'),
    `switch: { kind: ${kind}${servers} }\ntrunks:\n  main:\n    gateways: ${gateways}\n    tls: ${tls}\n${more}`,
  );
  const loaded = await loadSettings({ directory, environment: {}, dialplans: [] });
  return loaded.ok
    ? { tls: loaded.value.telephony.trunks['main']?.tls, telephony: loaded.value.telephony }
    : { problems: loaded.problems.map(({ line, message }) => `${line}: ${message}`) };
}

const SERVER = "{ host: 127.0.0.1, port: 1, secret: 'env:X' }";

it('are found beside the YAML, and another content is another set', async () => {
  const first = await load('{ ca: ca.pem, certificate: ca.pem, key: key.pem, serverName: gw.example.net }');
  expect(first.tls).toMatchObject({
    caFile: join(directory, 'ca.pem'),
    certificateFile: join(directory, 'ca.pem'),
    keyFile: join(directory, 'key.pem'),
    serverName: 'gw.example.net',
  });
  await writeFile(join(directory, 'ca.pem'), `${TEST_TLS.cert}\n`);
  const second = await load('{ ca: ca.pem, certificate: ca.pem, key: key.pem, serverName: gw.example.net }');
  expect(second.tls?.fingerprint).not.toBe(first.tls?.fingerprint);
});

it('are what the embedded switch is told of the gateways and of the registrar', async () => {
  const { telephony } = await load('{ ca: ca.pem, certificate: ca.pem, key: key.pem }', {
    more: "    username: u\n    password: 'env:P'\n    registration: { registrar: reg.example.net }\n",
  });
  const book = createTrunkBook({ get: () => Promise.resolve('x') });
  if (telephony !== undefined) await book.load(telephony);
  const terms = { ca: TEST_TLS.cert, cert: TEST_TLS.cert, key: TEST_TLS.key };
  expect(book.tlsPeers()).toEqual([
    { host: 'sip.example.net', ...terms },
    { host: 'reg.example.net', ...terms },
  ]);
  expect(book.tlsOf('main')).toEqual(terms);
});

it.each([
  ['{ ca: none.pem }', {}, /^5: none.pem is no certificate file: ENOENT/],
  ['{ ca: key.pem }', {}, /^5: key.pem is no certificate file/],
  ['{ certificate: ca.pem, key: other.pem }', {}, /^5: the key does not fit the certificate/],
  ['{ certificate: ca.pem }', {}, /^5: .*certificate and key go together/],
  ['{ ca: ca.pem }', { transport: 'udp' }, /^5: .*tls needs a gateway with `transport: tls`/],
  ['{ serverName: 192.0.2.1 }', {}, /expected a host name/],
  ['{}', {}, /^5: .*give ca, certificate and key, or serverName/],
  ['{ ca: ca.pem }', { kind: 'external' }, /^5: a drachtio-server has one certificate/],
  [
    '{ ca: ca.pem }',
    { more: '  second: { gateways: [{ host: sip.example.net, transport: tls }] }\n' },
    /^6: trunk main has another `tls` for the same gateway tls:sip.example.net/,
  ],
])('%s with %o is refused', async (tls, options, message) => {
  const { problems } = await load(tls, options);
  expect(problems).toHaveLength(1);
  expect(problems?.[0]).toMatch(message);
});
