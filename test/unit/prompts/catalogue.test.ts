/** Where a prompt is found, what the names of a lead are, and which names a text may use. */
import { expect, it } from 'vitest';
import { lintNames } from '../../../src/domain/prompts/lint-names.js';
import {
  findPrompt,
  spokenLocale,
  wordingFor,
  type Prompt,
  type PromptCatalogue,
} from '../../../src/domain/prompts/prompt-catalogue.js';
import { knownNames, namesOfLead } from '../../../src/domain/prompts/prompt-names.js';
import { LONGEST_TEXT, speakableText } from '../../../src/domain/prompts/speakable-text.js';

const prompt = (id: string, locale: string): Prompt => ({ id, locale, text: `${id} ${locale}`, names: [] });
const catalogue: PromptCatalogue = {
  en: { busy: prompt('busy', 'en'), closed: prompt('closed', 'en') },
  vi: { busy: prompt('busy', 'vi') },
};

it('finds the nearest locale, and tells in which language the voice must speak', () => {
  expect(findPrompt(catalogue, 'busy', 'vi-VN')?.text).toBe('busy vi');
  const fallback = findPrompt(catalogue, 'closed', 'vi-VN');
  expect(fallback?.text).toBe('closed en');
  expect(spokenLocale(fallback!, 'vi-VN')).toBe('en');
  expect(spokenLocale(catalogue['vi']!['busy']!, 'vi-VN')).toBe('vi-VN');
});

it('says one wording to one call, and each to about as many calls', () => {
  const greeting = { ...prompt('greeting', 'en'), variants: ['Hello', 'Good day'] };
  const calls = Array.from({ length: 3_000 }, (_, n) => `call_${n}`);
  const heard = calls.map((call) => wordingFor(greeting, call));
  expect(calls.map((call) => wordingFor(greeting, call))).toEqual(heard);
  for (const wording of ['greeting en', 'Hello', 'Good day'])
    expect(Math.abs(heard.filter((text) => text === wording).length - 1_000)).toBeLessThan(150);
  expect(wordingFor(prompt('busy', 'en'), 'call_1')).toBe('busy en');
});

it('does not take inherited keys for prompts or locales', () => {
  expect(findPrompt(catalogue, 'constructor', 'en')).toBeUndefined();
  expect(findPrompt(catalogue, 'busy', '__proto__', '__proto__')).toBeUndefined();
});

it('gives the names of a lead, without blanks', () => {
  const names = namesOfLead({
    formName: 'Windows',
    ad: ' ',
    clientName: 'Anna',
    rawPhone: '8 916',
    touch: { utm_source: 'tiktok', gclid: 'x' },
    answers: [{ field: 'city', value: 'Brno' }],
  });
  expect(names).toEqual({
    form: 'Windows',
    client: { name: 'Anna', phone: '8 916' },
    utm: { source: 'tiktok' },
    answers: { city: 'Brno' },
  });
});

it('names the nearest known name with its place', () => {
  const variables = [
    { path: ['clinet', 'name'], line: 1, column: 4 },
    { path: ['utm', 'source'], line: 2, column: 1 },
    { path: ['minutes'], line: 3, column: 1 },
  ];
  expect(lintNames(variables, knownNames('later-confirmed'))).toEqual([
    { line: 1, column: 4, problem: 'the name `clinet.name` is not known here (did you mean `client.name`?)' },
  ]);
  expect(lintNames(variables, knownNames('constructor'))).toHaveLength(2);
});

it('takes markup, phoneme codes and option-like beginnings out of a text', () => {
  expect(speakableText('--version <break time="9s"/> [[h@loU]]\u0000\n ok')).toBe(
    'version break time="9s"/ h@loU ok',
  );
  expect(speakableText(' …!? ')).toBe('');
  expect(speakableText('слово '.repeat(1_000)).length).toBeLessThanOrEqual(LONGEST_TEXT);
});
