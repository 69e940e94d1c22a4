/**
 * WAV files as voices write them: PCM of 8 to 32 bits or 32-bit float, any number of channels (mixed down), with or
 * without a true length (a streamed header says 0 or 0xFFFFFFFF). Ours are 16-bit PCM mono.
 */
import type { Pcm } from '../api.js';

const HEADER_BYTES = 44;
const FORMAT = { pcm: 1, float: 3, extensible: 0xfffe } as const;

interface WavFormat {
  readonly coding: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
}

/** Throws an Error saying what is wrong with the bytes. */
export function decodeWav(bytes: Buffer, channels: 'mixed' | 'first-channel' = 'mixed'): Pcm {
  if (
    bytes.length < 12 ||
    bytes.toString('latin1', 0, 4) !== 'RIFF' ||
    bytes.toString('latin1', 8, 12) !== 'WAVE'
  )
    throw new Error('this is not a WAV file');
  const chunks = chunksOf(bytes);
  const format = formatOf(chunks.get('fmt '));
  const body = chunks.get('data');
  if (body === undefined) throw new Error('the WAV file has no sound in it');
  return {
    samples: mixDown(body, format, channels === 'mixed' ? format.channels : 1),
    sampleRate: format.sampleRate,
  };
}

function chunksOf(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    const end = Math.min(at + 8 + length, bytes.length);
    const streamed = bytes.toString('latin1', at, at + 4) === 'data' && length === 0;
    chunks.set(bytes.toString('latin1', at, at + 4), bytes.subarray(at + 8, streamed ? bytes.length : end));
    at = streamed ? bytes.length : end + (length % 2);
  }
  return chunks;
}

function formatOf(chunk: Buffer | undefined): WavFormat {
  if (chunk === undefined || chunk.length < 16) throw new Error('the WAV file has no format');
  const tag = chunk.readUInt16LE(0);
  const format = {
    // WAVE_FORMAT_EXTENSIBLE keeps the true coding in the first two bytes of its GUID.
    coding: tag === FORMAT.extensible && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag,
    channels: chunk.readUInt16LE(2),
    sampleRate: chunk.readUInt32LE(4),
    bits: chunk.readUInt16LE(14),
  };
  if (!isReadable(format))
    throw new Error(
      `the WAV file has an unknown coding (format ${format.coding}, ${format.bits} bits, ${format.sampleRate} Hz)`,
    );
  return format;
}

function isReadable({ coding, channels, sampleRate, bits }: WavFormat): boolean {
  const codable =
    coding === FORMAT.float ? bits === 32 : coding === FORMAT.pcm && [8, 16, 24, 32].includes(bits);
  return codable && channels > 0 && sampleRate >= 4_000;
}

/** `heard`: how many of the channels, from the first. */
function mixDown(body: Buffer, format: WavFormat, heard: number): Int16Array {
  const read = sampleReader(body, format);
  const bytes = format.bits / 8;
  const frames = Math.floor(body.length / (bytes * format.channels));
  return Int16Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let channel = 0; channel < heard; channel++)
      sum += read((frame * format.channels + channel) * bytes);
    return toInt16(sum / heard);
  });
}

/** Reads one sample at a byte offset, in −1…1. */
function sampleReader(body: Buffer, { coding, bits }: WavFormat): (at: number) => number {
  if (coding === FORMAT.float) return (at) => body.readFloatLE(at);
  if (bits === 8) return (at) => (body.readUInt8(at) - 128) / 128;
  return (at) => body.readIntLE(at, bits / 8) / 2 ** (bits - 1);
}

/** −1…1 to 16 bits, clipped. */
export function toInt16(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768)));
}

export function encodeWav({ samples, sampleRate }: Pcm): Buffer {
  const file = Buffer.alloc(HEADER_BYTES + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(FORMAT.pcm, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, HEADER_BYTES + i * 2));
  return file;
}

/** Length of one of our own files from its size. */
export function secondsOfFile(bytes: number, sampleRate: number): number {
  return Math.max(0, bytes - HEADER_BYTES) / 2 / sampleRate;
}

/** Raw 16-bit little-endian PCM. Copied, for a Buffer may start at an odd byte of its pool. */
export function decodeRaw(raw: Buffer): Int16Array {
  return Int16Array.from({ length: Math.floor(raw.length / 2) }, (_, i) => raw.readInt16LE(i * 2));
}
