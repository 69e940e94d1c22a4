/** RFC 3263 on tables instead of a network, and the cache on a clock of its own. */
import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/domain/routing/telephony.js';
import { CachedDns } from '../../../src/resolve/cached-dns.js';
import type { Dns, DnsAnswer, DnsTypes } from '../../../src/resolve/dns.js';
import { resolveGateway } from '../../../src/resolve/resolve-gateway.js';

type Table = Readonly<Record<string, readonly unknown[] | 'failed'>>;

class TableDns implements Dns {
  readonly asked: string[] = [];
  table: Table;
  ttlSeconds = 60;

  constructor(table: Table) {
    this.table = table;
  }

  query<T extends keyof DnsTypes>(type: T, name: string): Promise<DnsAnswer<DnsTypes[T]>> {
    this.asked.push(`${type} ${name}`);
    const found = this.table[`${type} ${name}`];
    if (found === 'failed') return Promise.resolve({ kind: 'failed', why: 'ETIMEOUT' });
    if (found === undefined) return Promise.resolve({ kind: 'none' });
    return Promise.resolve({
      kind: 'records',
      records: found as readonly DnsTypes[T][],
      ttlSeconds: this.ttlSeconds,
    });
  }
}

async function hops(table: Table, gateway: Partial<Gateway>) {
  const resolution = await resolveGateway(
    new TableDns(table),
    { host: 'sip.example', transport: 'udp', ...gateway },
    '+49301',
  );
  return resolution.kind === 'hops'
    ? resolution.hops.map(({ address, port, transport }) => `${transport} ${address}:${port}`)
    : resolution.why;
}

const srv = (name: string, port: number, priority = 1, weight = 1) => ({ name, port, priority, weight });

describe('resolveGateway', () => {
  it('asks nothing about an address', async () => {
    expect(await hops({}, { host: '192.0.2.1' })).toEqual(['udp 192.0.2.1:5060']);
    expect(await hops({}, { host: '2001:db8::1', transport: 'tls' })).toEqual(['tls 2001:db8::1:5061']);
  });

  it('asks for addresses only when a port is written', async () => {
    const table = { 'A sip.example': ['192.0.2.1', '192.0.2.2'], 'AAAA sip.example': ['2001:db8::1'] };
    expect(await hops(table, { port: 5070, transport: 'tcp' })).toEqual([
      'tcp 192.0.2.1:5070',
      'tcp 192.0.2.2:5070',
      'tcp 2001:db8::1:5070',
    ]);
  });

  it('follows SRV by priority, and falls back to the name itself', async () => {
    const table = {
      'SRV _sip._udp.sip.example': [srv('b.example', 5062, 20), srv('a.example', 5061, 10)],
      'A a.example': ['192.0.2.1'],
      'A b.example': ['192.0.2.2'],
      'A sip.example': ['192.0.2.3'],
    };
    expect(await hops(table, {})).toEqual(['udp 192.0.2.1:5061', 'udp 192.0.2.2:5062']);
    expect(await hops(table, { transport: 'tcp' })).toEqual(['tcp 192.0.2.3:5060']);
  });

  it('lets NAPTR choose the transport', async () => {
    const naptr = (order: number, service: string, replacement: string) => ({
      ...{ order, preference: 1, flags: 's', service, replacement },
    });
    const table = {
      'NAPTR sip.example': [
        naptr(50, 'SIP+D2U', '_sip._udp.sip.example'),
        naptr(10, 'SIPS+D2T', '_sips._tcp.sip.example'),
        naptr(1, 'E2U+email', 'mail.example'),
      ],
      'SRV _sips._tcp.sip.example': [srv('a.example', 5061)],
      'A a.example': ['192.0.2.1'],
    };
    expect(await hops(table, { transport: 'auto' })).toEqual(['tls 192.0.2.1:5061']);
    const without = { 'SRV _sip._tcp.sip.example': [srv('a.example', 5060)], 'A a.example': ['192.0.2.1'] };
    expect(await hops(without, { transport: 'auto' })).toEqual(['tcp 192.0.2.1:5060']);
  });

  it('says why a name leads nowhere', async () => {
    expect(await hops({}, {})).toBe('sip.example: it has no address');
    expect(await hops({ 'A sip.example': 'failed' }, {})).toBe('sip.example: DNS failed (ETIMEOUT)');
    expect(
      await hops({ 'SRV _sip._udp.sip.example': [srv('.', 0)], 'A sip.example': ['192.0.2.1'] }, {}),
    ).toMatch(/no address/);
  });
});

describe('CachedDns', () => {
  function bed(table: Table) {
    const dns = new TableDns(table);
    let now = 0;
    const cached = new CachedDns(dns, { now: () => now, capacity: 2 });
    return {
      dns,
      ask: (name = 'x') => cached.query('A', name),
      at: (seconds: number) => (now = seconds * 1000),
    };
  }

  it('keeps an answer for its time to live', async () => {
    const { dns, ask, at } = bed({ 'A x': ['192.0.2.1'] });
    await ask();
    at(59);
    await ask();
    expect(dns.asked).toHaveLength(1);
    at(60);
    await ask();
    expect(dns.asked).toHaveLength(2);
  });

  it('keeps a miss for half a minute and asks once for many', async () => {
    const { dns, ask, at } = bed({});
    await Promise.all([ask(), ask(), ask()]);
    at(29);
    expect(await ask()).toEqual({ kind: 'none' });
    expect(dns.asked).toHaveLength(1);
    at(30);
    await ask();
    expect(dns.asked).toHaveLength(2);
  });

  it('serves the old answer while the server fails, and forgets the oldest name', async () => {
    const { dns, ask, at } = bed({ 'A x': ['192.0.2.1'] });
    await ask();
    dns.table = { 'A x': 'failed' };
    at(61);
    expect(await ask()).toMatchObject({ kind: 'records', records: ['192.0.2.1'] });
    await ask('y');
    await ask('z');
    at(70);
    expect(await ask()).toMatchObject({ kind: 'failed' });
  });
});
