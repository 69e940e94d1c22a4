/** WAV reading against files made by another library, and the levelling measured on sounds and on real speech. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { finishAudio } from '../../../src/speech/audio/finish-audio.js';
import { truePeak } from '../../../src/speech/audio/true-peak.js';
import { decodeWav, encodeWav } from '../../../src/speech/audio/wav.js';
import { joinSounds, loudnessOf, peakDbOf, silenceAround, tone } from '../../support/speech/sounds.js';

describe('WAV', () => {
  test.prop([fc.int16Array({ maxLength: 500 }), fc.constantFrom(8_000, 22_050, 48_000)])(
    'reads back what it wrote',
    (samples, sampleRate) => {
      const { samples: read, sampleRate: rate } = decodeWav(encodeWav({ samples, sampleRate }));
      expect([...read]).toEqual([...samples]);
      expect(rate).toBe(sampleRate);
    },
  );

  it('writes the header that sox and FreeSWITCH expect', () => {
    const wav = encodeWav({ samples: Int16Array.of(1, -1), sampleRate: 8_000 });
    expect(wav.toString('hex')).toBe(
      '52494646' +
        '28000000' +
        '57415645' +
        '666d7420' +
        '10000000' +
        '0100' +
        '0100' +
        '401f0000' +
        '803e0000' +
        '0200' +
        '1000' +
        '64617461' +
        '04000000' +
        '0100ffff',
    );
  });

  it.each([
    ['8', [0, 128, 255]],
    ['24', [-8_388_608, 0, 8_388_607]],
    ['32', [-2_147_483_648, 0, 2_147_483_647]],
    ['32f', [-1, 0, 1]],
  ] as const)('reads %s-bit sound as wavefile writes it', async (bits, values) => {
    const { WaveFile } = await import('wavefile');
    const file = new WaveFile();
    file.fromScratch(1, 32_000, bits, [...values]);
    expect([...decodeWav(Buffer.from(file.toBuffer())).samples]).toEqual([
      -32_768,
      0,
      bits === '8' ? 32_512 : 32_767,
    ]);
  });

  it('mixes channels down, and reads a streamed file to its end', async () => {
    const { WaveFile } = await import('wavefile');
    const file = new WaveFile();
    file.fromScratch(2, 16_000, '16', [
      [1_000, 3_000],
      [3_000, 5_000],
    ]);
    const bytes = Buffer.from(file.toBuffer());
    bytes.writeUInt32LE(0xffffffff, bytes.indexOf('data') + 4);
    expect([...decodeWav(bytes).samples]).toEqual([2_000, 4_000]);
    bytes.writeUInt32LE(0, bytes.indexOf('data') + 4);
    expect([...decodeWav(bytes).samples]).toEqual([2_000, 4_000]);
  });

  test.prop([fc.uint8Array({ maxLength: 200 })])('never reads nonsense as sound', (noise) => {
    expect(() => decodeWav(Buffer.from(noise))).toThrow(/WAV/);
  });
});

it('finds the peak between samples', () => {
  // A tone at a quarter of the rate whose samples all lie at 45 degrees: 3 dB under its crests.
  const wave = Float32Array.from({ length: 400 }, (_, i) => 0.5 * Math.sin((Math.PI / 2) * i + Math.PI / 4));
  expect(Math.max(...wave)).toBeCloseTo(0.354, 2);
  expect(truePeak(wave)).toBeCloseTo(0.5, 1);
});

describe('finishAudio', () => {
  const silence = (seconds: number): ReturnType<typeof tone> => tone({ seconds, amplitude: 0 });

  it.each([0.01, 0.3, 1])('levels a tone of amplitude %d', async (amplitude) => {
    const finished = await finishAudio(tone({ seconds: 1, amplitude }));
    expect(finished.sampleRate).toBe(8_000);
    expect(loudnessOf(finished)).toBeCloseTo(-20, 0);
  });

  it('keeps peaks under −3 dBFS when a whisper and a shout share a text', async () => {
    const shout = tone({ seconds: 0.05, amplitude: 1, hertz: 900 });
    const finished = await finishAudio(
      joinSounds(tone({ seconds: 2, amplitude: 0.02 }), shout, tone({ seconds: 2, amplitude: 0.02 })),
    );
    expect(peakDbOf(finished)).toBeLessThanOrEqual(-3);
    expect(loudnessOf(finished)).toBeGreaterThan(-24);
  });

  it('trims silence at both ends to 100 ms and keeps pauses inside', async () => {
    const word = tone({ seconds: 0.5 });
    const finished = await finishAudio(joinSounds(silence(1), word, silence(0.7), word, silence(2)));
    const { before, after } = silenceAround(finished);
    expect(before).toBeLessThanOrEqual(0.1);
    expect(after).toBeLessThanOrEqual(0.1);
    expect(finished.samples.length / 8_000).toBeCloseTo(1.7 + before + after, 1);
  });

  it('refuses silence: a voice that says nothing has failed', async () => {
    await expect(finishAudio(silence(1))).rejects.toThrow('only silence');
    await expect(finishAudio({ samples: new Int16Array(0), sampleRate: 22_050 })).rejects.toThrow(
      'only silence',
    );
  });
});
