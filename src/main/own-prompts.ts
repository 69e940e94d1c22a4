/** Recordings that people make by phone: brought to what a line plays, written into the own folder, and in use at once. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { OwnPrompts } from '../app/ports/ports.js';
import { findPrompt, recordingFile } from '../domain/prompts/prompt-catalogue.js';
import type { SpeechService } from '../speech/api.js';
import { decodeWav, encodeWav } from '../speech/audio/wav.js';
import type { PromptShelf } from './prompt-shelf.js';

export interface OwnPromptsOptions {
  readonly folder: string;
  readonly shelf: PromptShelf;
  readonly speech: Pick<SpeechService, 'finish'>;
}

export function createOwnPrompts({ folder, shelf, speech }: OwnPromptsOptions): OwnPrompts {
  return {
    has: (prompt, locale) => findPrompt(shelf.catalogue, prompt, locale, locale) !== undefined,
    keep: async ({ prompt: id, locale, path }) => {
      const prompt = findPrompt(shelf.catalogue, id, locale, locale);
      if (prompt === undefined) throw new Error(`there is no prompt ${id} in ${locale}`);
      // What was said; on the other channel of a stereo file is what was heard.
      const said = await speech.finish(decodeWav(await readFile(path), 'first-channel'));
      const target = join(resolve(folder), prompt.locale, recordingFile(prompt));
      await mkdir(join(resolve(folder), prompt.locale), { recursive: true });
      // A listener must never get half a file.
      await writeFile(`${target}.part`, encodeWav(said));
      await rename(`${target}.part`, target);
      await shelf.reload();
    },
  };
}
