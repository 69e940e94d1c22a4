// Makes the recordings under prompts/ anew with the zero-install voice: `npm run build && node test/support/speech/record-prompts.mjs`.
// Run it after a text or a `short` changed; a test compares texts and recordings by their length.
import console from 'node:console';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordedText, recordingFile } from '../../../dist/domain/prompts/prompt-catalogue.js';
import { createPronounce } from '../../../dist/domain/prompts/pronunciation.js';
import { loadPrompts } from '../../../dist/speech/load-prompts.js';
import { createSpeech } from '../../../dist/speech/speech.js';
import { systemClock } from '../../../dist/speech/system-clock.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const loaded = await loadPrompts([join(root, 'prompts')]);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 2));
const cacheDirectory = await mkdtemp(join(tmpdir(), 'dialtrace-record-'));
const providers = [{ kind: 'wasm', voices: {}, timeout: 30 }];
const speech = createSpeech({
  providers,
  catalogue: () => ({}),
  pronounce: createPronounce(loaded.pronunciations),
  cacheDirectory,
  cacheMegabytes: 100,
  clock: systemClock,
});
for (const prompts of Object.values(loaded.catalogue))
  for (const prompt of Object.values(prompts)) {
    const { path, seconds } = await speech.speak({ text: recordedText(prompt), locale: prompt.locale });
    const file = join('prompts', prompt.locale, recordingFile(prompt));
    await copyFile(path, join(root, file));
    console.log(`${file} ${seconds.toFixed(1)} s`);
  }
await speech.close();
await rm(cacheDirectory, { recursive: true });
