/**
 * The samples inside a WAV file to 16-bit linear PCM, one channel or the mean of both. Pure; called by media/ for each
 * block it reads from disk.
 */
import type { Buffer } from 'node:buffer';
import { A_LAW, MU_LAW } from './g711.js';
import type { WavEncoding, WavFormat } from './wav-header.js';

type ReadSample = (bytes: Buffer, at: number) => number;

const READERS: Readonly<Record<WavEncoding, ReadSample>> = {
  // 8-bit WAV is unsigned with its middle at 128.
  pcm8: (bytes, at) => (bytes.readUInt8(at) - 128) << 8,
  pcm16: (bytes, at) => bytes.readInt16LE(at),
  mulaw: (bytes, at) => MU_LAW.decode[bytes.readUInt8(at)] ?? 0,
  alaw: (bytes, at) => A_LAW.decode[bytes.readUInt8(at)] ?? 0,
};

/** Decodes whole blocks (a cut-off last one is left out). `mix`: the mean of the channels. */
export function decodeWav(format: WavFormat, bytes: Buffer, channel: 0 | 1 | 'mix'): Int16Array {
  const read = READERS[format.encoding];
  const samples = new Int16Array(Math.floor(bytes.length / format.blockBytes));
  const sampleBytes = format.blockBytes / format.channels;
  const mixes = channel === 'mix' && format.channels === 2;
  const first = channel === 1 && format.channels === 2 ? sampleBytes : 0;
  for (let index = 0; index < samples.length; index += 1) {
    const at = index * format.blockBytes + first;
    samples[index] = mixes ? (read(bytes, at) + read(bytes, at + sampleBytes)) >> 1 : read(bytes, at);
  }
  return samples;
}
