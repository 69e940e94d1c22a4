/** Looks at a finished recording as the controller sees it: there, stereo WAV, as long as the talk. */
import { open } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import type { Clock } from '../app/ports/ports.js';
import type { RecordingOutcome } from '../app/ports/switch.js';
import { messageOf } from '../errors.js';
import { readWavHeader, type WavHeader } from '../wire/wav-header.js';

const TOLERANCE_SECONDS = 1;
const HEADER_BYTES = 4096;
const RETRY_MS = 100;

export interface Expected {
  /** Length of the talk. */
  readonly seconds: number;
  readonly arrivalMs: number;
  readonly clock: Clock;
}

export async function checkRecording(path: string, expected: Expected): Promise<RecordingOutcome> {
  const found = await waitForFile(path, expected);
  if (typeof found === 'string') return { kind: 'failed', why: found };
  const { header, bytes } = found;
  const seconds = (header.dataBytes ?? bytes - header.dataStart) / (header.sampleRate * header.blockBytes);
  if (header.channels !== 2) return { kind: 'failed', why: `${header.channels} channel instead of 2` };
  if (Math.abs(seconds - expected.seconds) > TOLERANCE_SECONDS) {
    return { kind: 'failed', why: `${seconds.toFixed(1)} s recorded of ${expected.seconds.toFixed(1)} s` };
  }
  return { kind: 'ready', path, seconds, channels: header.channels, sampleRate: header.sampleRate, bytes };
}

type Found = { readonly header: WavHeader; readonly bytes: number };

async function waitForFile(path: string, { arrivalMs, clock }: Expected): Promise<Found | string> {
  const deadlineAt = clock.now() + arrivalMs;
  for (;;) {
    const found = await readFile(path);
    if (typeof found !== 'string' || clock.now() >= deadlineAt) return found;
    await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
  }
}

async function readFile(path: string): Promise<Found | string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
      const read = readWavHeader(buffer.subarray(0, bytesRead));
      if (read.kind === 'wav') return { header: read.header, bytes: size };
      return read.kind === 'refused' ? read.why : 'the WAV header is cut off';
    } finally {
      await file.close();
    }
  } catch (error) {
    return messageOf(error);
  }
}
