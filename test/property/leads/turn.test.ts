/** Nobody starves in the line, nobody waits for another's trunk, and never more go than there are seats. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MOST_PASSED, whoseTurn, type WayOf } from '../../../src/domain/leads/turn.js';

const TRUNKS = ['a', 'b'] as const;
interface Waiting {
  readonly id: number;
  readonly trunk: (typeof TRUNKS)[number];
  passedOver: number;
}

const waiting = (id: number, trunk: Waiting['trunk'], passedOver: number): Waiting => ({
  id,
  trunk,
  passedOver,
});
const line = fc
  .array(fc.tuple(fc.constantFrom(...TRUNKS), fc.nat(MOST_PASSED + 1)), { maxLength: 12 })
  .map((all) => all.map(([trunk, passed], id) => waiting(id, trunk, passed)));
const room = fc.record({ a: fc.nat(4), b: fc.nat(4) });

const waysWith =
  (free: Readonly<Record<string, number>>): WayOf<Waiting> =>
  ({ trunk }, taken) =>
    (free[trunk] ?? 0) > (taken.get(trunk) ?? 0) ? { kind: 'goes', trunk } : { kind: 'full' };

describe('whoseTurn', () => {
  it.prop([line, fc.nat(6), room])(
    'gives no more turns than seats and channels, in order',
    (all, seats, free) => {
      const turns = whoseTurn(all, seats, waysWith(free)).turns.map(({ lead }) => lead);
      expect(turns.length).toBeLessThanOrEqual(seats);
      for (const trunk of TRUNKS) {
        const ofTrunk = turns.filter((one) => one.trunk === trunk).map(({ id }) => id);
        expect(ofTrunk.length).toBeLessThanOrEqual(free[trunk]);
        // Of one trunk nobody passes anybody.
        expect(ofTrunk).toEqual(
          all
            .filter((one) => one.trunk === trunk)
            .map(({ id }) => id)
            .slice(0, ofTrunk.length),
        );
      }
    },
  );

  it.prop([line, fc.nat(6), room])(
    'leaves no seat empty that somebody could take, but one that is kept',
    (all, seats, free) => {
      const { turns, held } = whoseTurn(all, seats, waysWith(free));
      const able = TRUNKS.map((trunk) =>
        Math.min(free[trunk], all.filter((one) => one.trunk === trunk).length),
      );
      const most = Math.min(seats, (able[0] ?? 0) + (able[1] ?? 0));
      const kept = turns.length < most ? 1 : 0;
      expect(turns.length).toBe(most - kept);
      // For the first that waits for a channel; those who pass it in this round count.
      const [first] = held.keys();
      const passing = turns.filter(({ past }) => past !== undefined && past === first).length;
      if (kept === 1) expect((first?.passedOver ?? 0) + passing).toBeGreaterThanOrEqual(MOST_PASSED);
    },
  );

  it('keeps the seat after the tenth also when he passes in this very round', () => {
    const all = [
      waiting(0, 'a', 0),
      waiting(1, 'a', MOST_PASSED - 1),
      waiting(2, 'b', 0),
      waiting(3, 'b', 0),
    ];
    const { turns } = whoseTurn(all, 3, waysWith({ a: 1, b: 2 }));
    expect(turns).toEqual([{ lead: all[0] }, { lead: all[2], past: all[1] }]);
  });

  it.prop([
    fc.array(fc.nat(4), { minLength: 40, maxLength: 40 }),
    fc.array(fc.constantFrom(...TRUNKS), { maxLength: 60 }),
    fc.integer({ min: 1, max: 3 }),
  ])('lets at most so many pass the first in line, then keeps a seat for it', (channels, arrivals, seats) => {
    const queue: Waiting[] = [waiting(0, 'a', 0), ...arrivals.map((trunk, n) => waiting(n + 1, trunk, 0))];
    let seatsTaken = 0;
    for (const b of channels) {
      const { turns } = whoseTurn(queue, seats, waysWith({ a: 0, b }));
      // Those that leave no seat to the first in line pass it.
      seatsTaken += Math.max(0, turns.length - (seats - 1));
      expect(seatsTaken).toBeLessThanOrEqual(MOST_PASSED);
      for (const { lead, past } of turns) {
        if (past !== undefined) past.passedOver += 1;
        queue.splice(queue.indexOf(lead), 1);
      }
    }
    expect(whoseTurn(queue, seats, waysWith({ a: 1, b: 4 })).turns[0]?.lead.id).toBe(0);
  });

  it('passes one whose trunk is down, as often as it likes', () => {
    const all = [waiting(0, 'a', MOST_PASSED), waiting(1, 'b', 0)];
    const ways: WayOf<Waiting> = ({ trunk }) => (trunk === 'a' ? { kind: 'down' } : { kind: 'goes', trunk });
    expect(whoseTurn(all, 1, ways)).toEqual({ turns: [{ lead: all[1] }], held: new Map([[all[0], 'down']]) });
  });
});
