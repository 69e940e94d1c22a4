/**
 * `pronunciation.yaml` of a locale: YAML text in, words and problems with their places out. Called by load-prompts.ts.
 *
 *   TikTok: tick tock
 *   "24/7": twenty-four seven
 */
import { isMap, isScalar, LineCounter, parseDocument, type Pair, type ParsedNode } from 'yaml';
import { foldedWord } from '../domain/prompts/pronunciation.js';
import { speakableText } from '../domain/prompts/speakable-text.js';
import type { FileProblem, Place, PromptSource } from './prompt-file.js';

export interface PlacedWord {
  /** Folded. */
  readonly word: string;
  readonly said: string;
  readonly place: Place;
}

export interface PronunciationFile {
  readonly words: readonly PlacedWord[];
  readonly problems: readonly FileProblem[];
}

const NAME = /^pronunciation\.ya?ml$/u;
const SPEAKABLE = 'with a letter or digit, without any of <>[]{}|\\^~`';

export function isPronunciationFile(name: string): boolean {
  return NAME.test(name);
}

/** All problems at once. */
export function readPronunciationFile({ path, text }: PromptSource): PronunciationFile {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line, column: col };
  };
  const refused = (offset: number, problem: string): FileProblem => ({ ...placeOf(offset), problem });
  const { errors, contents } = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (errors.length > 0)
    return { words: [], problems: errors.map(({ pos, message }) => refused(pos[0], message)) };
  if (contents === null) return { words: [], problems: [] };
  if (!isMap(contents))
    return {
      words: [],
      problems: [refused(contents.range[0], 'a pronunciation file is a map from word to what is said')],
    };
  const entries = contents.items.map(readEntry);
  return {
    words: entries.flatMap((entry) =>
      entry.ok ? [{ word: entry.word, said: entry.said, place: placeOf(entry.offset) }] : [],
    ),
    problems: entries.flatMap((entry) => (entry.ok ? [] : [refused(entry.offset, entry.problem)])),
  };
}

type Entry =
  | { readonly ok: true; readonly offset: number; readonly word: string; readonly said: string }
  | { readonly ok: false; readonly offset: number; readonly problem: string };

function readEntry({ key, value }: Pair<ParsedNode, ParsedNode | null>): Entry {
  const offset = key.range[0];
  const word = textOf(key);
  if (!isSpeakable(word))
    return { ok: false, offset, problem: `\`${String(key)}\` must be a word, ${SPEAKABLE}` };
  const said = textOf(value);
  if (!isSpeakable(said))
    return {
      ok: false,
      offset: value?.range[0] ?? offset,
      problem: `what is said for \`${word}\` must be a text, ${SPEAKABLE}`,
    };
  return { ok: true, offset, word: foldedWord(word), said };
}

/** As written: `007` is a word here, no number. Empty for a list, a map or nothing. */
function textOf(node: ParsedNode | null): string {
  if (!isScalar(node) || node.value === null) return '';
  return node.source.normalize('NFC').trim().replaceAll(/\s+/gu, ' ');
}

/** A word that `speakableText` changes would never be found in a text, and what it takes out would never be said. */
function isSpeakable(text: string): boolean {
  return text !== '' && speakableText(text) === text;
}
