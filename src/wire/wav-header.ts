/**
 * RIFF/WAVE headers: reads what telephony tools write (PCM 8 and 16 bit, G.711, mono or stereo, any rate, chunks in
 * any order, sizes left open by a stream) and writes the plain 44-byte PCM16 one. Pure; called by media/ and speech/.
 */
import { Buffer } from 'node:buffer';

export const WAV_HEADER_BYTES = 44;

export type WavEncoding = 'pcm8' | 'pcm16' | 'mulaw' | 'alaw';

export interface WavFormat {
  readonly encoding: WavEncoding;
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Bytes of one sample of every channel. */
  readonly blockBytes: number;
}

export interface WavHeader extends WavFormat {
  /** Byte offset of the first sample. */
  readonly dataStart: number;
  /** As the header says; `undefined` when it was left open (0, or 2³²-1): up to the end of the file. */
  readonly dataBytes: number | undefined;
}

export type WavHeaderResult =
  | { readonly kind: 'wav'; readonly header: WavHeader }
  /** The header goes on: read at least this many bytes of the file and ask again. */
  | { readonly kind: 'more'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly why: string };

const FORMAT_PCM = 1;
const FORMAT_ALAW = 6;
const FORMAT_MULAW = 7;
const FORMAT_EXTENSIBLE = 0xfffe;
const CHUNK_HEAD = 8;
const MIN_RATE = 1000;
const MAX_RATE = 384_000;
/** An open size: WAVE written to a pipe, or by a writer that was killed. */
const OPEN_SIZES = new Set([0, 0x7fff_ffff, 0xffff_ffff]);

/** Reads the header at the start of a file. `prefix` is as much of the file as the caller has read so far. */
export function readWavHeader(prefix: Buffer): WavHeaderResult {
  if (prefix.length < 12) return { kind: 'more', bytes: WAV_HEADER_BYTES };
  if (tag(prefix, 0) !== 'RIFF' || tag(prefix, 8) !== 'WAVE') return refused('not a RIFF/WAVE file');
  let format: WavFormat | undefined;
  for (let at = 12; ;) {
    if (at + CHUNK_HEAD > prefix.length) return { kind: 'more', bytes: at + CHUNK_HEAD };
    const size = prefix.readUInt32LE(at + 4);
    const body = at + CHUNK_HEAD;
    const name = tag(prefix, at);
    if (name === 'data') return atSamples(format, body, size);
    if (name === 'fmt ') {
      const read = readFormat(prefix, body, size);
      if ('kind' in read) return read;
      format = read;
    }
    at = body + size + (size % 2);
  }
}

function atSamples(format: WavFormat | undefined, dataStart: number, size: number): WavHeaderResult {
  if (!format) return refused('samples before the fmt chunk');
  return {
    kind: 'wav',
    header: { ...format, dataStart, dataBytes: OPEN_SIZES.has(size) ? undefined : size },
  };
}

function refused(why: string): WavHeaderResult {
  return { kind: 'refused', why };
}

function tag(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4);
}

function readFormat(bytes: Buffer, at: number, size: number): WavFormat | WavHeaderResult {
  if (size < 16) return refused('a fmt chunk shorter than 16 bytes');
  if (at + size > bytes.length) return { kind: 'more', bytes: at + size };
  const code = bytes.readUInt16LE(at);
  // WAVE_FORMAT_EXTENSIBLE: the sub-format GUID starts with the plain format code.
  const plain = code === FORMAT_EXTENSIBLE && size >= 26 ? bytes.readUInt16LE(at + 24) : code;
  const channels = bytes.readUInt16LE(at + 2);
  const sampleRate = bytes.readUInt32LE(at + 4);
  const encoding = encodingOf(plain, bytes.readUInt16LE(at + 14));
  if (!encoding) return refused('an encoding other than PCM 8/16 bit or G.711');
  if (!isRate(sampleRate)) return refused(`${sampleRate} samples a second`);
  if (channels !== 1 && channels !== 2) return refused(`${channels} channels`);
  return { encoding, sampleRate, channels, blockBytes: channels * (encoding === 'pcm16' ? 2 : 1) };
}

function isRate(sampleRate: number): boolean {
  return sampleRate >= MIN_RATE && sampleRate <= MAX_RATE;
}

function encodingOf(code: number, bits: number): WavEncoding | undefined {
  if (code === FORMAT_PCM) return bits === 16 ? 'pcm16' : bits === 8 ? 'pcm8' : undefined;
  if (bits !== 8) return undefined;
  return code === FORMAT_MULAW ? 'mulaw' : code === FORMAT_ALAW ? 'alaw' : undefined;
}

/** The header of a PCM16 file; sizes beyond 32 bits are written as open. */
export function writeWavHeader(file: {
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  readonly dataBytes: number;
}): Buffer {
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  const blockBytes = file.channels * 2;
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(Math.min(file.dataBytes + WAV_HEADER_BYTES - CHUNK_HEAD, 0xffff_ffff), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(FORMAT_PCM, 20);
  header.writeUInt16LE(file.channels, 22);
  header.writeUInt32LE(file.sampleRate, 24);
  header.writeUInt32LE(file.sampleRate * blockBytes, 28);
  header.writeUInt16LE(blockBytes, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(file.dataBytes, 0xffff_ffff), 40);
  return header;
}
