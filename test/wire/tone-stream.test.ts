import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { parseToneStream } from '../../src/wire/tone-stream.js';

function script(text: string) {
  const result = parseToneStream(text);
  if (!result.ok) throw new Error(result.why);
  return result.script;
}

describe('tone_stream', () => {
  test('reads the American ringback', () => {
    expect(script('tone_stream://%(2000,4000,440.0,480.0);loops=-1')).toEqual({
      segments: [{ onMs: 2000, offMs: 4000, frequencies: [440, 480], levelDbm0: -7 }],
      loops: -1,
    });
  });

  test('reads a level for what follows it, and several tones', () => {
    const { segments, loops } = script('v=-10;%(400,200,400,450);v=-20;%(400,2000,400,450);loops=3');
    expect(segments.map((each) => each.levelDbm0)).toEqual([-10, -20]);
    expect(segments.map((each) => each.offMs)).toEqual([200, 2000]);
    expect(loops).toBe(3);
  });

  test('reads loops in front, tones without semicolons and a pause', () => {
    const read = script('loops=2;%(100,0,500)%(100,0,600);%(0,300)');
    expect(read.loops).toBe(2);
    expect(read.segments.map((each) => each.frequencies)).toEqual([[500], [600], []]);
  });

  test('reads keys with their lengths', () => {
    expect(script('d=100;w=80;1#').segments).toEqual([
      { onMs: 100, offMs: 80, frequencies: [697, 1209], levelDbm0: -7 },
      { onMs: 100, offMs: 80, frequencies: [941, 1477], levelDbm0: -7 },
    ]);
  });

  test.each([
    '',
    'loops=2',
    '%(100)',
    '%(a,b,c)',
    '%(100,100,5000)',
    'x=3;%(1,1,1)',
    'v=;1',
    '%(0,0,440)',
    'hello',
  ])('refuses %j', (text) => {
    expect(parseToneStream(text).ok).toBe(false);
  });

  test.prop([
    fc.array(
      fc.record({
        onMs: fc.nat(5000),
        offMs: fc.nat(5000).map((ms) => ms + 1),
        frequencies: fc.array(fc.integer({ min: 1, max: 3999 }), { minLength: 1, maxLength: 4 }),
        levelDbm0: fc.integer({ min: -60, max: 0 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    fc.integer({ min: -1, max: 50 }),
  ])('reads back what was written', (segments, loops) => {
    const text = segments
      .map((each) => `v=${each.levelDbm0};%(${[each.onMs, each.offMs, ...each.frequencies].join(',')})`)
      .join(';');
    expect(script(`${text};loops=${loops}`)).toEqual({ segments, loops });
  });

  test.prop([fc.string({ maxLength: 60 })])('takes any text without throwing', (text) => {
    expect(typeof parseToneStream(text).ok).toBe('boolean');
  });
});
