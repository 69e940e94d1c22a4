/**
 * Reads `prompts/<locale>/*.yaml` and the recordings beside them into a catalogue, `pronunciation.yaml` into
 * dictionaries. Refused whole when anything is wrong, with every problem and its place; main keeps the last good
 * catalogue on a reload.
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
import type { Dictionary, Pronunciations } from '../domain/prompts/pronunciation.js';
import { readPromptFile, type FileProblem, type Place } from './prompt-file.js';
import { isPronunciationFile, readPronunciationFile } from './pronunciation-file.js';

export interface Prompts {
  readonly catalogue: PromptCatalogue;
  readonly pronunciations: Pronunciations;
}

export type LoadedPrompts =
  ({ readonly ok: true } & Prompts) | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** The locale in which every prompt of the program must exist. */
const LAST_LOCALE = 'en';

/** Directories in rising order of precedence: an admin's own folder after the one of the program. */
export async function loadPrompts(directories: readonly string[]): Promise<LoadedPrompts> {
  const loaded = await Promise.all(directories.map(loadDirectory));
  const catalogue: Record<string, Record<string, Prompt>> = {};
  for (const { prompts } of loaded)
    for (const prompt of prompts)
      catalogue[prompt.locale] = { ...catalogue[prompt.locale], [prompt.id]: prompt };
  for (const directory of directories.slice(1)) await layRecordings(directory, catalogue);
  const problems = loaded.flatMap((directory) => directory.problems);
  // A file that does not parse misses all its prompts: one problem, not twenty.
  const all = problems.length > 0 ? problems : missingPrompts(catalogue, directories);
  if (all.length > 0) return { ok: false, problems: all };
  return { ok: true, catalogue, pronunciations: merged(loaded) };
}

/** Word by word, like the prompts. */
function merged(loaded: readonly LoadedDirectory[]): Pronunciations {
  const all = new Map<string, Dictionary>();
  for (const { pronunciations } of loaded)
    for (const [locale, dictionary] of pronunciations)
      all.set(locale, new Map([...(all.get(locale) ?? []), ...dictionary]));
  return all;
}

interface LoadedDirectory {
  readonly prompts: readonly Prompt[];
  readonly pronunciations: Pronunciations;
  readonly problems: readonly FileProblem[];
}

async function loadDirectory(directory: string): Promise<LoadedDirectory> {
  const entries = await readdir(directory, { withFileTypes: true });
  const locales = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const loaded = await Promise.all(locales.map((locale) => loadLocale(join(directory, locale), locale)));
  return {
    prompts: loaded.flatMap(({ prompts }) => prompts),
    pronunciations: new Map(loaded.flatMap(({ pronunciations }) => [...pronunciations])),
    problems: loaded.flatMap(({ problems }) => problems),
  };
}

async function loadLocale(directory: string, locale: string): Promise<LoadedDirectory> {
  const names = (await readdir(directory)).filter((name) => /\.ya?ml$/u.test(name)).sort();
  const sources = await Promise.all(
    names.map(async (name) => ({
      name,
      path: join(directory, name),
      locale,
      text: await readFile(join(directory, name), 'utf8'),
    })),
  );
  const texts = sources.filter(({ name }) => !isPronunciationFile(name)).map(readPromptFile);
  const dictionaries = sources.filter(({ name }) => isPronunciationFile(name)).map(readPronunciationFile);
  const placed = texts.flatMap(({ prompts }) => prompts);
  const words = dictionaries.flatMap((file) => file.words);
  const ids = Object.fromEntries(placed.map(({ prompt }) => [prompt.id, prompt]));
  return {
    prompts: await Promise.all(placed.map(async ({ prompt }) => withRecording(prompt, directory, ids))),
    pronunciations: new Map([[locale, new Map(words.map(({ word, said }) => [word, said]))]]),
    problems: [
      ...[...texts, ...dictionaries].flatMap(({ problems }) => problems),
      ...repeated(placed.map(({ prompt, place }) => ({ name: `the prompt \`${prompt.id}\``, place }))),
      ...repeated(words.map(({ word, place }) => ({ name: `the word \`${word}\``, place }))),
    ],
  };
}

/** One name twice in a locale: which one speaks would depend on the order of files. */
function repeated(
  named: readonly { readonly name: string; readonly place: Place }[],
): readonly FileProblem[] {
  return named.flatMap(({ name, place }, i) => {
    const first = named.slice(0, i).find((other) => other.name === name);
    return first === undefined
      ? []
      : [{ ...place, problem: `${name} is already in ${first.place.file}:${first.place.line}` }];
  });
}

/** What people recorded, over texts of any folder: a folder of this place may hold nothing but sound. */
async function layRecordings(
  directory: string,
  catalogue: Record<string, Record<string, Prompt>>,
): Promise<void> {
  for (const [locale, prompts] of Object.entries(catalogue))
    for (const prompt of Object.values(prompts)) {
      const recordings = await recordingsIn(join(directory, locale), prompt, prompts);
      if (recordings.length > 0) prompts[prompt.id] = { ...prompt, recordings, recordedBy: 'people' };
    }
}

async function withRecording(
  prompt: Prompt,
  directory: string,
  ids: Readonly<Record<string, unknown>>,
): Promise<Prompt> {
  const recordings = await recordingsIn(directory, prompt, ids);
  return recordings.length === 0 ? prompt : { ...prompt, recordings };
}

/** `sale.wav`, `sale-2.wav`, … without a gap; `sale-2` may also be a prompt of its own. */
async function recordingsIn(
  directory: string,
  prompt: Prompt,
  ids: Readonly<Record<string, unknown>>,
): Promise<readonly Recording[]> {
  const found: Recording[] = [];
  for (let n = 1; n === 1 || !Object.hasOwn(ids, `${prompt.id}-${n}`); n += 1) {
    const recording = await recordingAt(join(directory, recordingFile(prompt, n)));
    if (recording === undefined) break;
    found.push(recording);
  }
  return found;
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
