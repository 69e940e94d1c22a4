/** `dialtrace prompt preview`: one prompt rendered, spoken, and played when asked. Called by the CLI. */
import { access } from 'node:fs/promises';
import { constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { SpokenPrompt } from '../app/ports/ports.js';
import type { PromptProblem } from '../domain/prompts/lint-names.js';
import {
  findPrompt,
  spokenLocale,
  wordingsOf,
  type PromptCatalogue,
} from '../domain/prompts/prompt-catalogue.js';
import type { PromptNames } from '../domain/prompts/prompt-names.js';
import { present } from '../domain/values/present.js';
import { nearestName } from '../domain/values/nearest.js';
import type { SpeechService } from './api.js';
import { runProgram } from './run-program.js';
import { renderPrompt } from './templates.js';

export interface PreviewRequest {
  readonly id: string;
  readonly locale: string;
  readonly names: PromptNames;
  readonly voice?: string;
  readonly rate?: number;
  /** Which of its wordings, from 1; default: the first. */
  readonly variant?: number;
}

export type Preview =
  | {
      readonly kind: 'spoken';
      readonly text: string;
      readonly pronounced: string;
      readonly spoken: SpokenPrompt;
    }
  | { readonly kind: 'unknown'; readonly nearest: string | undefined }
  | { readonly kind: 'no-variant'; readonly wordings: number }
  | { readonly kind: 'invalid'; readonly problems: readonly PromptProblem[] };

/** Throws Fault `speech-failed` like `speak`. */
export async function previewPrompt(
  speech: SpeechService,
  catalogue: PromptCatalogue,
  request: PreviewRequest,
): Promise<Preview> {
  const { id, locale, names, variant = 1, ...voice } = request;
  const prompt = findPrompt(catalogue, id, locale);
  if (prompt === undefined)
    return { kind: 'unknown', nearest: nearestName(id, Object.values(catalogue).flatMap(Object.keys)) };
  const template = wordingsOf(prompt)[variant - 1];
  if (template === undefined) return { kind: 'no-variant', wordings: wordingsOf(prompt).length };
  const rendered = renderPrompt({ template, locale: prompt.locale, names });
  if (!rendered.ok) return { kind: 'invalid', problems: rendered.problems };
  const marked = present({ ssml: rendered.ssml });
  const words = {
    text: rendered.text,
    ...marked,
    locale: spokenLocale(prompt, locale),
    prompt: id,
    ...voice,
  };
  const spoken = await speech.speak(words);
  return { kind: 'spoken', text: rendered.text, pronounced: speech.wording(words), spoken };
}

/** Players found on most systems, with what each needs to play one file and end. */
const PLAYERS: readonly { readonly command: string; readonly args: readonly string[] }[] = [
  { command: 'afplay', args: [] },
  { command: 'aplay', args: ['-q'] },
  { command: 'paplay', args: [] },
  { command: 'play', args: ['-q'] },
  { command: 'ffplay', args: ['-nodisp', '-autoexit', '-loglevel', 'error'] },
];

/** Plays a file on this machine's loudspeaker; `searchPath` is the PATH variable. */
export async function playFile(
  path: string,
  searchPath: string,
  signal: AbortSignal,
): Promise<'played' | 'no-player'> {
  for (const { command, args } of PLAYERS) {
    const program = await findProgram(command, searchPath);
    if (program === undefined) continue;
    await runProgram({ command: program, args: [...args, path] }, signal);
    return 'played';
  }
  return 'no-player';
}

async function findProgram(command: string, searchPath: string): Promise<string | undefined> {
  const paths = searchPath.split(delimiter).map((directory) => join(directory, command));
  const tries = await Promise.allSettled(paths.map((path) => access(path, constants.X_OK)));
  return paths[tries.findIndex(({ status }) => status === 'fulfilled')];
}
