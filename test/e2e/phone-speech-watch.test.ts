import { describe, expect, test } from 'vitest';
import { SpeechWatch } from '../../src/phone/speech-watch.js';

/** The tick at which the watch says it is over, -1 when it never does. */
function overAt(levels: readonly number[], silenceMs: number): number {
  const watch = new SpeechWatch(silenceMs);
  return levels.findIndex((level) => watch.hear(level) === 'over');
}

const speech = (ticks: number) => Array<number>(ticks).fill(-20);
const quiet = (ticks: number) => Array<number>(ticks).fill(-Infinity);

describe('speech watch', () => {
  test('waits for speech, then for silence that lasts', () => {
    expect(overAt([...quiet(50), ...speech(30), ...quiet(20)], 200)).toBe(50 + 30 + 9);
  });

  test('a pause between words is not the end', () => {
    expect(overAt([...speech(20), ...quiet(8), ...speech(20), ...quiet(20)], 200)).toBe(48 + 9);
  });

  test('a click is no speech', () => {
    expect(overAt([...speech(3), ...quiet(100)], 200)).toBe(-1);
  });

  test('says it once', () => {
    const watch = new SpeechWatch(40);
    const said = [...speech(10), ...quiet(10)].map((level) => watch.hear(level));
    expect(said.filter((each) => each === 'over')).toHaveLength(1);
  });
});
