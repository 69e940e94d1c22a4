/**
 * A WAV file that grows while it is written: the header says 0 samples (open) until it is corrected at the end, so a
 * file left behind by a crash still plays. Owned by recorder.ts.
 */
import { Buffer } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { messageOf } from '../errors.js';
import { readWavHeader, WAV_HEADER_BYTES, writeWavHeader } from '../wire/wav-header.js';
import { SAMPLE_RATE } from './frame.js';

export interface RecordingFile {
  /** Rejects when the disk does. */
  write(block: Buffer): Promise<void>;
  /** Leaves so many bytes of silence; they take no place on disk. */
  pass(bytes: number): void;
  /** Corrects the header, as far as the disk allows, and closes. Never rejects. */
  close(): Promise<void>;
}

export type RecordingOpening =
  { readonly ok: true; readonly file: RecordingFile } | { readonly ok: false; readonly why: string };

export interface RecordingPlace {
  readonly path: string;
  readonly channels: 1 | 2;
  /** `yes`: go on after what the file has, if it is there and of the same form. */
  readonly append: 'no' | 'yes';
}

/** Where the samples lie in the file. */
interface Extent {
  readonly dataStart: number;
  dataEnd: number;
}

/** Never rejects. */
export async function openRecording(place: RecordingPlace): Promise<RecordingOpening> {
  let handle: FileHandle | undefined;
  try {
    handle = place.append === 'yes' ? await openExisting(place.path) : await open(place.path, 'w');
    const extent = await findEnd(handle, place);
    return { ok: true, file: toRecordingFile(handle, place, extent) };
  } catch (error) {
    await handle?.close();
    return { ok: false, why: messageOf(error) };
  }
}

async function openExisting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(path, 'w+');
  }
}

async function findEnd(handle: FileHandle, place: RecordingPlace): Promise<Extent> {
  const fileBytes = place.append === 'yes' ? (await handle.stat()).size : 0;
  if (fileBytes === 0) return { dataStart: WAV_HEADER_BYTES, dataEnd: WAV_HEADER_BYTES };
  const prefix = Buffer.alloc(4096);
  const { bytesRead } = await handle.read(prefix, 0, prefix.length, 0);
  const result = readWavHeader(prefix.subarray(0, bytesRead));
  if (result.kind !== 'wav') throw new Error(`${place.path} is not a WAV file to append to`);
  const { header } = result;
  if (header.encoding !== 'pcm16' || header.sampleRate !== SAMPLE_RATE || header.channels !== place.channels)
    throw new Error(`${place.path} has another form than the recording`);
  const bytes = Math.min(header.dataBytes ?? Infinity, fileBytes - header.dataStart);
  const dataEnd = header.dataStart + bytes - (bytes % header.blockBytes);
  return { dataStart: header.dataStart, dataEnd };
}

function toRecordingFile(handle: FileHandle, place: RecordingPlace, extent: Extent): RecordingFile {
  const isNew = extent.dataEnd === WAV_HEADER_BYTES;
  let started: Promise<void> | undefined;

  async function begin(): Promise<void> {
    if (!isNew) return;
    const header = writeWavHeader({ sampleRate: SAMPLE_RATE, channels: place.channels, dataBytes: 0 });
    await writeAll(handle, header, 0);
  }

  return {
    async write(block) {
      await (started ??= begin());
      await writeAll(handle, block, extent.dataEnd);
      extent.dataEnd += block.length;
    },
    pass(bytes) {
      extent.dataEnd += bytes;
    },
    async close() {
      try {
        await (started ??= begin());
        await handle.truncate(extent.dataEnd); // Lengthens a file that ends in a hole.
        await writeSize(handle, 4, extent.dataEnd - 8);
        await writeSize(handle, extent.dataStart - 4, extent.dataEnd - extent.dataStart);
      } catch {
        // The disk is full or gone; the recorder has reported it already, or does with the next write.
      } finally {
        await handle.close().catch(() => undefined);
      }
    },
  };
}

/** A full disk may take a part of a block before it fails. */
async function writeAll(handle: FileHandle, block: Buffer, position: number): Promise<void> {
  for (let done = 0; done < block.length;) {
    const { bytesWritten } = await handle.write(block, done, block.length - done, position + done);
    done += bytesWritten;
  }
}

async function writeSize(handle: FileHandle, position: number, bytes: number): Promise<void> {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(Math.min(bytes, 0xffff_ffff), 0);
  await writeAll(handle, size, position);
}
