/**
 * Reads `prompts/<locale>/*.yaml` and the recordings beside them into a catalogue. Refused whole when anything is
 * wrong, with every problem and its place; main keeps the last good catalogue on a reload.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  recordingFile,
  type Prompt,
  type PromptCatalogue,
  type Recording,
} from '../domain/prompts/prompt-catalogue.js';
import { PROGRAM_PROMPTS } from '../domain/prompts/prompt-names.js';
import { readPromptFile, type FileProblem, type PlacedPrompt } from './prompt-file.js';

export type LoadedPrompts =
  | { readonly ok: true; readonly catalogue: PromptCatalogue }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** The locale in which every prompt of the program must exist. */
const LAST_LOCALE = 'en';

/** Directories in rising order of precedence: an admin's own folder after the one of the program. */
export async function loadPrompts(directories: readonly string[]): Promise<LoadedPrompts> {
  const loaded = await Promise.all(directories.map(loadDirectory));
  const catalogue: Record<string, Record<string, Prompt>> = {};
  for (const { prompts } of loaded)
    for (const prompt of prompts)
      catalogue[prompt.locale] = { ...catalogue[prompt.locale], [prompt.id]: prompt };
  const problems = loaded.flatMap((directory) => directory.problems);
  // A file that does not parse misses all its prompts: one problem, not twenty.
  const all = problems.length > 0 ? problems : missingPrompts(catalogue, directories);
  return all.length === 0 ? { ok: true, catalogue } : { ok: false, problems: all };
}

interface LoadedDirectory {
  readonly prompts: readonly Prompt[];
  readonly problems: readonly FileProblem[];
}

async function loadDirectory(directory: string): Promise<LoadedDirectory> {
  const entries = await readdir(directory, { withFileTypes: true });
  const locales = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const loaded = await Promise.all(locales.map((locale) => loadLocale(join(directory, locale), locale)));
  return {
    prompts: loaded.flatMap(({ prompts }) => prompts),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

async function loadLocale(directory: string, locale: string): Promise<LoadedDirectory> {
  const names = (await readdir(directory)).filter((name) => /\.ya?ml$/u.test(name)).sort();
  const files = await Promise.all(
    names.map(async (name) =>
      readPromptFile({
        path: join(directory, name),
        locale,
        text: await readFile(join(directory, name), 'utf8'),
      }),
    ),
  );
  const placed = files.flatMap(({ prompts }) => prompts);
  const prompts = await Promise.all(placed.map(async ({ prompt }) => withRecording(prompt, directory)));
  return { prompts, problems: [...files.flatMap(({ problems }) => problems), ...repeated(placed)] };
}

/** One id in two files of a locale: which one speaks would depend on the order of files. */
function repeated(placed: readonly PlacedPrompt[]): readonly FileProblem[] {
  return placed.flatMap(({ prompt, place }, i) => {
    const first = placed.slice(0, i).find((other) => other.prompt.id === prompt.id);
    return first === undefined
      ? []
      : [
          {
            ...place,
            problem: `the prompt \`${prompt.id}\` is already in ${first.place.file}:${first.place.line}`,
          },
        ];
  });
}

async function withRecording(prompt: Prompt, directory: string): Promise<Prompt> {
  const recording = await recordingAt(join(directory, recordingFile(prompt)));
  return recording === undefined ? prompt : { ...prompt, recording };
}

async function recordingAt(path: string): Promise<Recording | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, revision: `${path} ${size} ${mtimeMs}` };
  } catch {
    // No recording is usual, and one that cannot be read is as good as none: the loader of texts must not stop for it.
    return undefined;
  }
}

function missingPrompts(catalogue: PromptCatalogue, directories: readonly string[]): readonly FileProblem[] {
  const present = catalogue[LAST_LOCALE] ?? {};
  const missing = Object.keys(PROGRAM_PROMPTS).filter((id) => !Object.hasOwn(present, id));
  const file = join(directories[0] ?? '.', LAST_LOCALE);
  return missing.map((id) => ({ file, line: 1, column: 1, problem: `the prompt \`${id}\` is missing` }));
}
