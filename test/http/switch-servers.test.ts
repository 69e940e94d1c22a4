/** Servers of the switch over HTTP: listed, drained and given calls again, in metrics and readiness. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SwitchServer, SwitchStatus } from '../../src/app/ports/switch.js';
import type { TimelineEvent } from '../../src/domain/calls/events.js';
import { offlineSwitch } from '../../src/main/offline-switch.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const LOAD = {
  sessions: 12,
  maxSessions: 1000,
  sessionsThisSecond: 1,
  maxSessionsPerSecond: 30,
  idleCpu: 0.75,
  at: 1_764_000_000_000,
  ownLegs: 3,
};
const server = (
  name: string,
  side: SwitchServer['side'],
  more: Partial<SwitchServer> = {},
): SwitchServer => ({
  ...{
    name,
    side,
    node: `${name}:9022`,
    state: 'ready',
    since: 1_764_000_000_000,
    standing: 'taking',
    legs: 3,
  },
  ...more,
});

/** A switch as the app sees one, that remembers what is drained. */
function fleet() {
  const given = [
    server('sip-a', 'signalling', { version: '0.9.10', phones: 2 }),
    server('fs-a', 'media', { load: LOAD }),
    server('fs-b', 'media', { state: 'lost', standing: 'down', legs: 0 }),
  ];
  let drained: ReadonlySet<string> = new Set();
  const servers = () =>
    given.map((one) => (drained.has(one.name) ? { ...one, standing: 'draining' as const } : one));
  const drain = (names: ReadonlySet<string>) => void (drained = names);
  const status = (): SwitchStatus => {
    const takes = servers().some(({ side, standing }) => side === 'media' && standing === 'taking');
    const connected = { ...offlineSwitch.status(), signalling: 'ready', media: 'ready' } as const;
    return takes ? connected : { ...connected, overload: 'servers' };
  };
  return { ...offlineSwitch, servers, drain, status };
}

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed({ switch: fleet() });
});
afterAll(() => bed.close());

const post = (url: string, key?: string) =>
  bed.request({ method: 'POST', url, payload: {}, ...(key !== undefined && { key }) });

describe('/v1/switch/servers', () => {
  it('lists state, load and standing', async () => {
    const { items } = (await bed.request({ url: '/v1/switch/servers' })).json();
    expect(items).toMatchObject([
      { name: 'sip-a', side: 'signalling', standing: 'taking', version: '0.9.10', phones: 2, load: null },
      {
        name: 'fs-a',
        node: 'fs-a:9022',
        legs: 3,
        load: { sessions: 12, max_sessions: 1000, idle_cpu: 0.75 },
      },
      { name: 'fs-b', state: 'lost', standing: 'down' },
    ]);
  });

  it('drains and undrains one, tells each change once, and keeps it for the next start', async () => {
    const told: TimelineEvent[] = [];
    const stop = bed.services.events.subscribe((event) => void told.push(event));
    expect((await post('/v1/switch/servers/fs-a/drain')).json()).toMatchObject({
      name: 'fs-a',
      standing: 'draining',
    });
    await post('/v1/switch/servers/fs-a/drain');
    expect(await bed.services.store.flags.get('drained-server:fs-a')).toContain('by');
    expect((await bed.request({ url: '/readyz' })).json().checks).toHaveProperty('switch', {
      ok: false,
      detail: 'signalling ready, media ready; media server fs-a is draining; media server fs-b is down',
    });
    const { body } = await bed.request({ url: '/metrics' });
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'dialtrace_switch_server_taking{server="fs-a",side="media"} 0',
        'dialtrace_switch_server_up{server="fs-a",side="media"} 1',
        'dialtrace_switch_server_up{server="fs-b",side="media"} 0',
        'dialtrace_switch_server_legs{server="fs-a",side="media"} 3',
        'dialtrace_switch_server_sessions{server="fs-a"} 12',
        'dialtrace_switch_server_idle_cpu_ratio{server="fs-a"} 0.75',
      ]),
    );
    expect((await bed.request({ url: '/readyz' })).statusCode).toBe(503);
    expect((await post('/v1/switch/servers/fs-a/undrain')).json()).toMatchObject({ standing: 'taking' });
    expect((await bed.request({ url: '/readyz' })).statusCode).toBe(200);
    stop();
    expect(told).toMatchObject([
      { name: 'server.drained', payload: { server: 'fs-a' } },
      { name: 'server.undrained', payload: { server: 'fs-a' } },
    ]);
  });

  it('knows no other server, and asks for the scope admin', async () => {
    const unknown = await post('/v1/switch/servers/fs-aa/drain');
    expect(unknown.json()).toMatchObject({
      status: 404,
      code: 'not-found',
      detail: expect.stringContaining('fs-a?') as string,
    });
    const key = await bed.addKey('read');
    expect((await post('/v1/switch/servers/fs-a/drain', key)).statusCode).toBe(403);
  });
});
