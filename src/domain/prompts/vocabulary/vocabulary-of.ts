/** The one table from language to its words. */
import { languageOf, type Language } from '../language.js';
import { czech } from './cs.js';
import { english } from './en.js';
import { russian } from './ru.js';
import { vietnamese } from './vi.js';
import type { Vocabulary } from './vocabulary.js';

const VOCABULARIES: Readonly<Record<Language, Vocabulary>> = {
  en: english,
  ru: russian,
  vi: vietnamese,
  cs: czech,
};

export function vocabularyOf(locale: string): Vocabulary {
  return VOCABULARIES[languageOf(locale)];
}
