import { WaveFile } from 'wavefile';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { readWavHeader, writeWavHeader, type WavHeader } from '../../src/wire/wav-header.js';
import { decodeWav } from '../../src/wire/wav-samples.js';

function headerOf(file: Buffer): WavHeader {
  const result = readWavHeader(file);
  if (result.kind !== 'wav') throw new Error(JSON.stringify(result));
  return result.header;
}

function samplesOf(file: Buffer, channel: 0 | 1 | 'mix'): number[] {
  const header = headerOf(file);
  const end = header.dataStart + (header.dataBytes ?? file.length);
  return [...decodeWav(header, file.subarray(header.dataStart, end), channel)];
}

const pcm16 = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 1, maxLength: 200 });
const rate = fc.constantFrom(8000, 11_025, 16_000, 22_050, 44_100, 48_000);

describe('WAV', () => {
  test.prop([pcm16, rate])('reads mono PCM16 that wavefile wrote', (samples, sampleRate) => {
    const wav = new WaveFile();
    wav.fromScratch(1, sampleRate, '16', samples);
    const file = Buffer.from(wav.toBuffer());
    expect(headerOf(file)).toMatchObject({ encoding: 'pcm16', sampleRate, channels: 1 });
    expect(samplesOf(file, 'mix')).toEqual(samples);
  });

  test.prop([pcm16])('reads each channel of a stereo file, and their mean', (samples) => {
    const other = samples.map((sample) => sample ^ 0x55);
    const wav = new WaveFile();
    wav.fromScratch(2, 8000, '16', [samples, other]);
    const file = Buffer.from(wav.toBuffer());
    expect(samplesOf(file, 0)).toEqual(samples);
    expect(samplesOf(file, 1)).toEqual(other);
    expect(samplesOf(file, 'mix')).toEqual(samples.map((sample, index) => (sample + other[index]!) >> 1));
  });

  test.prop([pcm16, fc.constantFrom('8a' as const, '8m' as const, '8' as const)])(
    'reads 8-bit encodings as wavefile does',
    (samples, depth) => {
      const wav = new WaveFile();
      wav.fromScratch(1, 8000, '16', samples);
      if (depth === '8a') wav.toALaw();
      if (depth === '8m') wav.toMuLaw();
      if (depth === '8') wav.toBitDepth('8');
      const file = Buffer.from(wav.toBuffer());
      const oracle = new WaveFile(file);
      if (depth === '8a') oracle.fromALaw();
      if (depth === '8m') oracle.fromMuLaw();
      const expected =
        depth === '8'
          ? samplesOf8(oracle)
          : [...(oracle.getSamples(false, Int16Array) as unknown as Int16Array)];
      expect(samplesOf(file, 'mix')).toEqual(expected);
    },
  );

  test.prop([pcm16])('writes a header that wavefile reads', (samples) => {
    const body = Buffer.from(Int16Array.from(samples).buffer);
    const file = Buffer.concat([
      writeWavHeader({ sampleRate: 8000, channels: 1, dataBytes: body.length }),
      body,
    ]);
    const oracle = new WaveFile(file);
    expect((oracle.fmt as { sampleRate: number }).sampleRate).toBe(8000);
    expect([...(oracle.getSamples(false, Int16Array) as unknown as Int16Array)]).toEqual(samples);
  });

  test('walks over LIST chunks, odd sizes included, and asks for more until it has the header', () => {
    const plain = writeWavHeader({ sampleRate: 16_000, channels: 1, dataBytes: 4 });
    const list = Buffer.from('LIST\x05\0\0\0INFOx\0', 'latin1');
    const file = Buffer.concat([plain.subarray(0, 12), list, plain.subarray(12), Buffer.alloc(4)]);
    for (let length = 0; length < plain.length + list.length; length += 1) {
      const result = readWavHeader(file.subarray(0, length));
      expect(result.kind).toBe('more');
      if (result.kind === 'more') expect(result.bytes).toBeGreaterThan(length);
    }
    expect(headerOf(file)).toMatchObject({ sampleRate: 16_000, dataStart: 58, dataBytes: 4 });
  });

  test.each([0, 0x7fff_ffff, 0xffff_ffff])('takes a data size of %d as open', (size) => {
    const header = writeWavHeader({ sampleRate: 8000, channels: 2, dataBytes: size });
    expect(headerOf(header).dataBytes).toBeUndefined();
  });

  test('reads the sub-format of WAVE_FORMAT_EXTENSIBLE', () => {
    const plain = writeWavHeader({ sampleRate: 8000, channels: 1, dataBytes: 2 });
    const extension = Buffer.alloc(24);
    extension.writeUInt16LE(22, 0);
    extension.writeUInt16LE(1, 8);
    const file = Buffer.concat([plain.subarray(0, 36), extension, plain.subarray(36)]);
    file.writeUInt16LE(0xfffe, 20);
    file.writeUInt32LE(40, 16);
    expect(headerOf(file)).toMatchObject({ encoding: 'pcm16', dataStart: 68 });
  });

  test.each([
    ['another file', Buffer.from('not a wave file at all, but long enough')],
    ['three channels', patched(22, 3)],
    ['24 bits', patched(34, 24)],
    ['a rate that cannot be', patched(26, 0xffff)],
    ['MP3 inside', patched(20, 0x55)],
  ])('refuses %s', (_, file) => {
    expect(readWavHeader(file).kind).toBe('refused');
  });

  test.prop([fc.uint8Array({ maxLength: 120 })])('takes any bytes without throwing', (noise) => {
    const file = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE', 'latin1'), noise]);
    expect(['wav', 'more', 'refused']).toContain(readWavHeader(file).kind);
  });
});

function patched(offset: number, value: number): Buffer {
  const header = writeWavHeader({ sampleRate: 8000, channels: 1, dataBytes: 2 });
  header.writeUInt16LE(value, offset);
  return header;
}

/** 8-bit WAV is unsigned around 128. */
function samplesOf8(wav: WaveFile): number[] {
  const bytes = wav.getSamples(false, Uint8Array) as unknown as Uint8Array;
  return [...bytes].map((byte) => (byte - 128) << 8);
}
