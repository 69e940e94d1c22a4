/**
 * Which of the four spoken languages a locale belongs to, and where its texts are looked for.
 * Used by every spoken formatter and by the prompt catalogue.
 */

export const LANGUAGES = ['en', 'ru', 'vi', 'cs'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language part of a BCP 47 tag, lower case: `vi-VN` → `vi`. */
export function primaryTag(locale: string): string {
  return (locale.split(/[-_]/, 1)[0] ?? '').toLowerCase();
}

/** A locale whose numbers we cannot read is read in English, like its texts (see `localeChain`). */
export function languageOf(locale: string): Language {
  const tag = primaryTag(locale);
  return LANGUAGES.find((language) => language === tag) ?? 'en';
}

/** Locales in which a text is looked for, best first and without repeats: `vi-VN` → `vi-VN, vi, en`. */
export function localeChain(locale: string, last = 'en'): readonly string[] {
  const normalised = locale.replace('_', '-');
  return [...new Set([normalised, primaryTag(locale), last])].filter((tag) => tag !== '');
}
