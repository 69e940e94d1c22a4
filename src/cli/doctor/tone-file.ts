/** A sine as an 8 kHz mono WAV file. */
import { writeFile } from 'node:fs/promises';
import { writeWavHeader } from '../../wire/wav-header.js';

const SAMPLE_RATE = 8000;
const AMPLITUDE = 8000;

export async function writeToneFile(
  path: string,
  { frequency, milliseconds }: { readonly frequency: number; readonly milliseconds: number },
): Promise<void> {
  const samples = Int16Array.from(
    { length: (SAMPLE_RATE * milliseconds) / 1000 },
    (_, i) => AMPLITUDE * Math.sin((2 * Math.PI * frequency * i) / SAMPLE_RATE),
  );
  const bytes = Buffer.from(samples.buffer);
  await writeFile(
    path,
    Buffer.concat([writeWavHeader({ channels: 1, sampleRate: SAMPLE_RATE, dataBytes: bytes.length }), bytes]),
  );
}
