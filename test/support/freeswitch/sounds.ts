/** The sound files that the recorded programs played, generated: same names, same lengths. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SECONDS: Readonly<Record<string, number>> = { 'short.wav': 1, 'long.wav': 10 };

export function writeSounds(directory: string): void {
  for (const [name, seconds] of Object.entries(SECONDS))
    writeFileSync(join(directory, name), wav(seconds * 8000));
}

/** 8 kHz PCM16 mono with a 440 Hz tone. */
export function wav(samples: number): Buffer {
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1)
    file.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / 8000)), 44 + index * 2);
  return file;
}
