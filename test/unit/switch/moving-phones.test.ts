import { describe, expect, it } from 'vitest';
import { MovingPhones } from '../../../src/switch/phones/moving-phones.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

describe('phones of a drained server', () => {
  it('go away once; who comes back stays, until it was not seen for long', async () => {
    const clock = new VirtualClock();
    const moving = new MovingPhones(clock);
    expect([moving.comes('anna'), moving.comes('ben'), moving.comes('anna')]).toEqual([
      'goes',
      'goes',
      'stays',
    ]);
    await clock.advance(500_000);
    expect(moving.comes('anna')).toBe('stays');
    await clock.advance(200_000);
    expect([moving.comes('anna'), moving.comes('ben')]).toEqual(['stays', 'goes']);
    moving.forget('anna');
    expect(moving.comes('anna')).toBe('goes');
    moving.close();
    expect(clock.pending).toBe(0);
  });
});
