/** Wrong passwords are counted, lock, and are forgotten. */
import { describe, expect, it } from 'vitest';
import { LockOut } from '../../../src/switch/phones/lock-out.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

const TERMS = { failures: 3, windowSeconds: 60, lockSeconds: 300 };

describe('a lock-out', () => {
  it('comes with the last failure allowed, and goes after its time', async () => {
    const clock = new VirtualClock();
    const locks = new LockOut(clock, TERMS);
    expect([1, 2, 3].map(() => locks.failed('anna@192.0.2.1'))).toEqual(['counted', 'counted', 'locked']);
    expect(locks.isLocked('anna@192.0.2.1')).toBe(true);
    expect(locks.isLocked('anna@192.0.2.2')).toBe(false);
    await clock.advance(299_000);
    expect(locks.isLocked('anna@192.0.2.1')).toBe(true);
    await clock.advance(1000);
    expect(locks.isLocked('anna@192.0.2.1')).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('counts failures within the window only, and none before a success', async () => {
    const clock = new VirtualClock();
    const locks = new LockOut(clock, TERMS);
    for (let failure = 0; failure < 10; failure += 1) {
      expect(locks.failed('slow')).toBe('counted');
      await clock.advance(61_000);
    }
    locks.failed('typist');
    locks.failed('typist');
    locks.succeeded('typist');
    expect(locks.failed('typist')).toBe('counted');
    locks.close();
    expect(clock.pending).toBe(0);
  });
});
