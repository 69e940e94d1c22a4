import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchVoice } from '../../../src/console/softphone/watch-voice.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A talk that is watched; `packets` may grow between the looks, which come each second. */
function watched() {
  const talk = { packets: 0, held: 'no' as 'no' | 'yes', lost: 0 };
  const report = () => [{ type: 'transport' }, { type: 'inbound-rtp', packetsReceived: talk.packets }];
  const stop = watchVoice(
    { getStats: () => Promise.resolve({ values: report }) },
    () => talk.held === 'no',
    () => (talk.lost += 1),
  );
  return { talk, stop };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

describe('watchVoice', () => {
  it('tells after eight looks without a packet, once', async () => {
    const { talk } = watched();
    await seconds(8);
    expect(talk.lost).toBe(0);
    await seconds(1);
    expect(talk.lost).toBe(1);
    await seconds(20);
    expect(talk.lost).toBe(1);
  });

  it('begins to count anew with each packet', async () => {
    const { talk } = watched();
    for (let pause = 0; pause < 5; pause += 1) {
      await seconds(7);
      talk.packets += 1;
    }
    expect(talk.lost).toBe(0);
  });

  it('expects nothing during a hold, and counts from its end', async () => {
    const { talk } = watched();
    talk.held = 'yes';
    await seconds(60);
    talk.held = 'no';
    await seconds(7);
    expect(talk.lost).toBe(0);
    await seconds(1);
    expect(talk.lost).toBe(1);
  });

  it('takes a connection without figures for a silent one', async () => {
    let lost = 0;
    watchVoice(
      { getStats: () => Promise.resolve({ values: () => [] }) },
      () => true,
      () => (lost += 1),
    );
    await seconds(9);
    expect(lost).toBe(1);
  });

  it('looks no more once it is stopped', async () => {
    const { talk, stop } = watched();
    await seconds(5);
    stop();
    await seconds(60);
    expect(talk.lost).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
