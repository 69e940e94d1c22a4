/** The server of a new call: never one that takes none, never one that is worse than another, and never by chance. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  chooseServer,
  isOpen,
  sessionsOf,
  type ServerCandidate,
  type ServerStanding,
} from '../../../src/domain/routing/choose-server.js';

const STANDINGS: readonly ServerStanding[] = ['taking', 'silent', 'draining', 'down'];
const load = fc.record({
  sessions: fc.nat(60),
  maxSessions: fc.integer({ min: 0, max: 50 }),
  sessionsThisSecond: fc.nat(30),
  maxSessionsPerSecond: fc.constant(30),
  idleCpu: fc.double({ min: 0, max: 1, noNaN: true }),
  at: fc.constant(0),
  ownLegs: fc.nat(50),
});
const server = fc
  .record({
    standing: fc.constantFrom(...STANDINGS),
    legs: fc.nat(50),
    load: fc.option(load, { nil: undefined }),
  })
  .map(({ load: told, ...rest }): ServerCandidate => (told === undefined ? rest : { ...rest, load: told }));
const fleet = fc.array(server, { maxLength: 6 });

/** Written anew, without the order of the product: what makes one candidate worse than another. */
function beats(one: ServerCandidate, other: ServerCandidate): boolean {
  const shortOfBreath = ({ load: told }: ServerCandidate) => told !== undefined && told.idleCpu < 0.1;
  if (one.standing !== other.standing) return one.standing === 'taking';
  if (shortOfBreath(one) !== shortOfBreath(other)) return shortOfBreath(other);
  const share = (given: ServerCandidate) => sessionsOf(given) / (given.load?.maxSessions ?? 1000);
  return share(one) < share(other);
}

describe('chooseServer', () => {
  test.prop([fleet])('never takes one that is drained, lost or full', (servers) => {
    const chosen = chooseServer(servers);
    if (chosen === undefined) {
      expect(servers.filter(isOpen)).toEqual([]);
      return;
    }
    expect(['taking', 'silent']).toContain(chosen.standing);
    if (chosen.load !== undefined) expect(sessionsOf(chosen)).toBeLessThan(chosen.load.maxSessions);
  });

  test.prop([fleet])('leaves none that would be better, and of equals takes the first', (servers) => {
    const chosen = chooseServer(servers);
    if (chosen === undefined) return;
    const others = servers.filter((one) => one !== chosen && isOpen(one));
    expect(others.filter((one) => beats(one, chosen))).toEqual([]);
    const before = servers.slice(0, servers.indexOf(chosen)).filter(isOpen);
    expect(before.filter((one) => !beats(chosen, one))).toEqual([]);
  });

  test.prop([fleet])('chooses the same again', (servers) => {
    expect(chooseServer([...servers])).toBe(chooseServer(servers));
  });

  test.prop([fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 60 })])(
    'spreads calls evenly over equal servers',
    (count, calls) => {
      const servers = Array.from({ length: count }, (_, index) => ({
        index,
        standing: 'taking' as const,
        legs: 0,
      }));
      for (let call = 0; call < calls; call += 1) {
        const { index } = chooseServer(servers)!;
        servers[index]!.legs += 1;
      }
      const legs = servers.map((one) => one.legs);
      expect(Math.max(...legs) - Math.min(...legs)).toBeLessThanOrEqual(1);
    },
  );
});
