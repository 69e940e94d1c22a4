/** The servers of one side: where a new call goes, where a stored leg is, what the side can do. */
import { describe, expect, it } from 'vitest';
import type { SwitchState } from '../../../src/app/ports/switch.js';
import { Fleet, type FleetServer } from '../../../src/switch/servers/fleet.js';

const server = (
  name: string,
  state: SwitchState = 'ready',
  more: Partial<FleetServer> = {},
): FleetServer => ({
  ...{ name, node: `${name}:1`, state, since: 0, version: undefined },
  ...more,
});
const fleetOf = (...all: [FleetServer, ...FleetServer[]]) => new Fleet(all, ({ name }) => name.length);

describe('a fleet', () => {
  it('is as good as its best server', () => {
    expect(fleetOf(server('a', 'lost'), server('b')).state).toBe('ready');
    expect(fleetOf(server('a', 'lost'), server('b', 'connecting')).state).toBe('connecting');
    expect(fleetOf(server('a', 'lost')).state).toBe('lost');
  });

  it('says how each stands', () => {
    const fleet = fleetOf(
      server('a'),
      server('b', 'lost'),
      server('c', 'ready', { answers: 'late' }),
      server('d'),
    );
    fleet.drain(new Set(['d', 'unknown']));
    expect(fleet.servers().map(({ standing }) => standing)).toEqual(['taking', 'down', 'silent', 'draining']);
  });

  it('chooses by legs, those that are about to come included, and leaves out what it is told to', () => {
    const [few, many] = [server('a'), server('aaa')];
    const fleet = fleetOf(many, few);
    expect(fleet.choose()).toBe(few);
    expect(fleet.choose({ extraLegs: ({ name }) => (name === 'a' ? 5 : 0) })).toBe(many);
    expect(fleet.choose({ except: new Set([few]) })).toBe(many);
    fleet.drain(new Set(['a', 'aaa']));
    expect(fleet.choose()).toBeUndefined();
  });

  it('knows where a stored leg is: the only server, else the one of its node, else any', () => {
    const [a, b] = [server('a'), server('b')];
    expect(fleetOf(a).of('elsewhere:1')).toEqual([a]);
    expect(fleetOf(a, b).of('b:1')).toEqual([b]);
    expect(fleetOf(a, b).of('gone:1')).toEqual([a, b]);
    expect(fleetOf(a, b).of(undefined)).toEqual([a, b]);
  });
});
