/** Where a carrier's name leads, asked of a DNS server and followed on the wire (RFC 3263), on every kind of switch. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GatewayAttempt } from '../../src/domain/signalling/signalling.js';
import type { E164 } from '../../src/domain/values/ids.js';
import { CachedDns } from '../../src/resolve/cached-dns.js';
import { nodeDns } from '../../src/resolve/node-dns.js';
import { resolveGateway } from '../../src/resolve/resolve-gateway.js';
import type { UserAgent } from '../../src/sip/api.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import { openScribe } from '../support/scenarios/scribe.js';
import { openDnsServer, type DnsServer } from '../support/sip/dns-server.js';
import {
  kind,
  missingServers,
  openTestSwitch,
  signalOf,
  type TestSwitch,
} from '../support/switch/test-switch.js';

const TARGET = { kind: 'trunk', trunk: 'carrier', number: '+4930111' as E164 } as const;

describe.skipIf(missingServers() !== undefined)(`a carrier by name (${kind})`, () => {
  const scribe = openScribe();
  const agents: UserAgent[] = [];
  let dns: DnsServer;
  let bed: TestSwitch;

  /** Answers every call with this status; returns its port. */
  async function openGateway(name: string, protocol: 'udp' | 'tcp', status: number): Promise<number> {
    const agent = await openUserAgent({
      bind: [{ protocol, host: '127.0.0.1', port: 0 }],
      user: name,
      tap: scribe.tap(name),
    });
    agent.onInvite((call) => call.reject(status));
    agents.push(agent);
    return agent.stack.locals[0]?.port ?? 0;
  }
  const service = (order: number, name: string, replacement: string) => ({
    ...{ order, preference: 1, flags: 's' },
    ...{ service: name, replacement },
  });

  beforeAll(async () => {
    const [failing, last] = [await openGateway('first', 'tcp', 503), await openGateway('second', 'tcp', 603)];
    const unwanted = await openGateway('third', 'udp', 486);
    const target = (priority: number, name: string, port: number) => ({ priority, weight: 1, name, port });
    dns = await openDnsServer({
      NAPTR: {
        'carrier.test': [
          service(20, 'SIP+D2U', '_sip._udp.carrier.test'),
          service(10, 'SIP+D2T', '_sip._tcp.carrier.test'),
        ],
      },
      SRV: {
        '_sip._tcp.carrier.test': [target(2, 'b.carrier.test', last), target(1, 'a.carrier.test', failing)],
        '_sip._udp.carrier.test': [target(1, 'a.carrier.test', unwanted)],
      },
      A: { 'a.carrier.test': ['127.0.0.1'], 'b.carrier.test': ['127.0.0.1'] },
    });
    const cached = new CachedDns(nodeDns([dns.address]), { now: () => Date.now() });
    bed = await openTestSwitch({
      trunk: (name) => ({
        trunk: {
          ...{ name, format: 'e164', channels: 1, callsPerSecond: 1, noResponseSeconds: 4 },
          gateways: [{ host: 'carrier.test', transport: 'auto' }],
        },
      }),
      resolve: (gateway, spreadBy) => resolveGateway(cached, gateway, spreadBy),
    });
  });
  afterAll(async () => {
    await bed.close();
    await Promise.all([dns.close(), ...agents.map((agent) => agent.close())]);
  });

  it('is called by the transport and the targets that it prefers, each a gateway of its own', async () => {
    const attempts: GatewayAttempt[] = [];
    const undo = bed.listenInstead({ attempted: (attempt) => attempts.push(attempt) });
    await signalOf(bed.originate({ target: TARGET }), 'ended');
    undo();
    expect(attempts.map(({ sipStatus }) => sipStatus)).toEqual([503, 603]);
    for (const { hop } of attempts) expect(hop).toMatch(/tcp/);
    await scribe.expectTrace('name-by-naptr');
    expect(dns.asked.filter((question) => !question.startsWith('AAAA'))).toEqual([
      'NAPTR carrier.test',
      'SRV _sip._tcp.carrier.test',
      'A a.carrier.test',
      'A b.carrier.test',
    ]);
  });
});
