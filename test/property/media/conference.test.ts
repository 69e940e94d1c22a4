import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Conference, type Speaker } from '../../../src/media/conference.js';
import { FRAME_SAMPLES } from '../../../src/media/frame.js';

const sample = fc.integer({ min: -32_768, max: 32_767 });
const member = fc.record({
  voice: fc.option(sample, { nil: undefined }),
  mouth: fc.constantFrom('open' as const, 'shut' as const),
  ears: fc.constantFrom('open' as const, 'shut' as const),
});

function frameOf(value: number | undefined): Speaker {
  return { heard: value === undefined ? undefined : new Int16Array(FRAME_SAMPLES).fill(value) };
}

describe('a conference', () => {
  it('lets each hear the others and not himself, but for the muted and the deaf', () => {
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
        const conference = new Conference();
        const seats = members.map(({ voice, mouth, ears }) => {
          const seat = conference.seat(frameOf(voice), () => undefined);
          seat[mouth === 'shut' ? 'shut' : 'open']('mouth');
          seat[ears === 'shut' ? 'shut' : 'open']('ears');
          return seat;
        });
        for (const [index, { ears }] of members.entries()) {
          const voices = members.flatMap(({ voice, mouth }, other) =>
            other === index || mouth === 'shut' || voice === undefined ? [] : [voice],
          );
          // Clipped after each voice, as frames are added.
          const sum = voices.reduce((all, voice) => Math.max(-32_768, Math.min(32_767, all + voice)), 0);
          const expected = ears === 'shut' || voices.length === 0 ? undefined : sum;
          expect(seats[index]?.hear()?.[FRAME_SAMPLES - 1]).toBe(expected);
        }
      }),
    );
  });

  it('forgets who has left', () => {
    const conference = new Conference();
    let left = 0;
    const one = conference.seat(frameOf(100), () => (left += 1));
    const other = conference.seat(frameOf(20), () => undefined);
    expect(other.hear()?.[0]).toBe(100);
    one.leave();
    expect(left).toBe(1);
    expect(other.hear()).toBeUndefined();
  });
});
