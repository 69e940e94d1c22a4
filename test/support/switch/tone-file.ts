/** Writes a WAV of one tone: 8 kHz, mono, PCM16. And reads back the two channels of a recording. */
import { readFile, writeFile } from 'node:fs/promises';

export async function writeTone(path: string, hertz: number, seconds: number): Promise<void> {
  const samples = Math.round(seconds * 8000);
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1)
    file.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * hertz * at) / 8000)), 44 + at * 2);
  await writeFile(path, file);
}

export async function readStereo(path: string): Promise<[number[], number[]]> {
  const file = await readFile(path);
  const start = file.indexOf('data') + 8;
  const channels: [number[], number[]] = [[], []];
  for (let at = start; at + 4 <= file.length; at += 4) {
    channels[0].push(file.readInt16LE(at));
    channels[1].push(file.readInt16LE(at + 2));
  }
  return channels;
}
