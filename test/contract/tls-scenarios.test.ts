/** Gateways over TLS, by the certificate they show; each with its one trace (traces/scenarios), as in carrier-scenarios. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Gateway } from '../../src/domain/routing/telephony.js';
import type { GatewayAttempt } from '../../src/domain/signalling/signalling.js';
import type { E164 } from '../../src/domain/values/ids.js';
import type { SipTls } from '../../src/sip/api.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { EXPIRED_CERTIFICATE, EXPIRED_KEY } from '../support/carrier/expired-certificate.js';
import { openScribe, type Scribe } from '../support/scenarios/scribe.js';
import { TEST_TLS } from '../support/sip/certificate.js';
import { openTestPhone } from '../support/switch/test-phone.js';
import { kind, openTestSwitch, signalOf, type TestSwitch } from '../support/switch/test-switch.js';
import { missingTlsServers, startTlsServers } from '../support/switch/tls-servers.js';

const TERMS = { format: 'e164', channels: 1, callsPerSecond: 1, noResponseSeconds: 1 } as const;
/** drachtio-server 0.9.10 does not tell that a connection was given up: the gateway is one that does not respond. */
const UNSAFE = kind === 'external' ? undefined : 503;
const TARGET = { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } as const;

describe.skipIf(missingTlsServers() !== undefined)(`a gateway over TLS (${kind})`, () => {
  let bed: TestSwitch;
  let gateways: readonly Gateway[] = [];
  beforeAll(async () => {
    const servers = await startTlsServers();
    bed = await openTestSwitch({
      servers,
      trunk: (name) => ({ trunk: { name, gateways, ...TERMS } }),
    });
  });
  afterAll(() => bed.close());

  /** The first speaks TLS and answers 486, the second UDP and answers 603: statuses of the attempts. */
  async function callThrough(tls: SipTls, scribe: Scribe) {
    const gateway = await openUserAgent({
      bind: [{ protocol: 'tls', host: '127.0.0.1', port: 0 }],
      user: 'first',
      tls,
      tap: scribe.tap('first'),
    });
    gateway.onInvite((call) => call.reject(486));
    const phone = await openTestPhone({ user: 'second', tap: scribe.tap('second') });
    phone.agent.onInvite((call) => call.reject(603));
    onTestFinished(() => Promise.all([gateway.close(), phone.close()]).then(() => undefined));
    gateways = [
      { host: '127.0.0.1', port: gateway.stack.locals[0]?.port ?? 0, transport: 'tls' },
      { host: '127.0.0.1', port: phone.agent.stack.locals[0]?.port ?? 0, transport: 'udp' },
    ];
    const attempts: GatewayAttempt[] = [];
    const undo = bed.listenInstead({ attempted: (attempt) => attempts.push(attempt) });
    await signalOf(bed.originate({ target: TARGET }), 'ended');
    undo();
    return attempts.map(({ sipStatus }) => sipStatus);
  }

  it('whose certificate has expired gets no call: the next one is tried', async () => {
    const scribe = openScribe();
    const tls = { cert: EXPIRED_CERTIFICATE, key: EXPIRED_KEY };
    expect(await callThrough(tls, scribe)).toEqual([UNSAFE, 603]);
    await scribe.expectTrace('certificate-expired');
  });

  it('whose certificate is trusted gets the call', async () => {
    const scribe = openScribe();
    expect(await callThrough(TEST_TLS, scribe)).toEqual([486]);
    await scribe.expectTrace('certificate-trusted');
  });
});
