/**
 * How a voice shall say words that it would misread: brands, abbreviations, names of places. Read by
 * speech/pronunciation-file.ts, applied by speech.ts just before a voice gets the text.
 */
import { localeChain, primaryTag } from './language.js';

/** Word or phrase as `foldedWord` makes it → what the voice gets. */
export type Dictionary = ReadonlyMap<string, string>;

/** By locale. */
export type Pronunciations = ReadonlyMap<string, Dictionary>;

/** The text as a voice of that locale shall get it. */
export type Pronounce = (text: string, locale: string) => string;

/** A word of a template that nobody reads aloud. Without inner braces, so that no text is scanned twice. */
const PLACEHOLDER = String.raw`\{\{[^{}]*\}\}|\{%[^{}]*%\}`;
const BEFORE_WORD = String.raw`(?<![\p{L}\p{M}\p{N}])`;
const AFTER_WORD = String.raw`(?![\p{L}\p{M}\p{N}])`;

/** `TikTok  Ads` and `tiktok ads` are one entry. */
export function foldedWord(word: string): string {
  return word.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}

/** Another language's dictionary is never used: how English says a word is no help to a Russian voice. */
export function createPronounce(pronunciations: Pronunciations): Pronounce {
  const substitutions = new Map(
    [...pronunciations.keys()].map((locale) => [locale, substitution(dictionaryFor(locale, pronunciations))]),
  );
  return (text, locale) => {
    const tag = localeChain(locale, '').find((candidate) => substitutions.has(candidate));
    return (tag === undefined ? undefined : substitutions.get(tag))?.(text) ?? text;
  };
}

/** That of `vi-VN` on top of that of `vi`. */
function dictionaryFor(locale: string, pronunciations: Pronunciations): Dictionary {
  const tags = [primaryTag(locale), locale];
  return new Map(tags.flatMap((tag) => [...(pronunciations.get(tag) ?? [])]));
}

/** What was put in is not looked at again: entries cannot feed each other. */
function substitution(dictionary: Dictionary): (text: string) => string {
  const longestFirst = [...dictionary.keys()].sort((a, b) => b.length - a.length).map(patternOf);
  const words = new RegExp(`${PLACEHOLDER}|${BEFORE_WORD}(?:${longestFirst.join('|')})${AFTER_WORD}`, 'giu');
  return (text) =>
    text.normalize('NFC').replaceAll(words, (found) => dictionary.get(foldedWord(found)) ?? found);
}

function patternOf(word: string): string {
  return word.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`).replaceAll(' ', String.raw`\s+`);
}
