/** Advice about what is spoken: prompts nobody wrote for a language, and texts nobody listens to the end. */
import { localeChain, primaryTag } from '../../prompts/language.js';
import { findPrompt, wordingsOf, type PromptCatalogue } from '../../prompts/prompt-catalogue.js';
import { isSsml } from '../../prompts/ssml.js';
import { nearestName } from '../../values/nearest.js';
import type { Dialplan } from '../schema.js';
import type { Check, Finding, LintWorld } from './advice.js';

/** Speech runs at about this many letters a second, in all four languages. */
const LETTERS_A_SECOND = 14;
/** What stands in the place of a name is about as long as a name. */
const NAME_LETTERS = 12;

export function spokenSeconds(text: string): number {
  const words = text.replaceAll(/\{%.*?%\}/gsu, '').replaceAll(/\{\{.*?\}\}/gsu, 'x'.repeat(NAME_LETTERS));
  const plain = isSsml(words) ? words.replaceAll(/<[^<>]*>/gu, '') : words;
  return plain.length / LETTERS_A_SECOND;
}

interface Mention {
  readonly kind: 'prompt' | 'text';
  readonly value: string;
  readonly locale?: string;
  readonly path: readonly (string | number)[];
}

/** Every `prompt:` and `text:` inside the steps, however deep. */
function mentionsIn(value: unknown, path: readonly (string | number)[]): readonly Mention[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => mentionsIn(item, [...path, index]));
  const fields = value as Readonly<Record<string, unknown>>;
  const locale = typeof fields['locale'] === 'string' ? { locale: fields['locale'] } : {};
  return Object.entries(fields).flatMap(([key, inner]): readonly Mention[] => {
    if (typeof inner !== 'string') return mentionsIn(inner, [...path, key]);
    if (key === 'prompt' || key === 'recorded' || key === 'announcement')
      return [{ kind: 'prompt', value: inner, path: [...path, key], ...locale }];
    return key === 'text' ? [{ kind: 'text', value: inner, path: [...path, key], ...locale }] : [];
  });
}

function mentionsOf(plan: Dialplan): readonly Mention[] {
  return mentionsIn(plan.steps, ['steps']);
}

/** Languages that calls may have: those of groups and operators, of the plan, or English. */
function localesOf({ telephony }: LintWorld, plan: Dialplan): readonly string[] {
  const groups = Object.values(telephony?.groups ?? {}).map(({ locale }) => locale);
  const operators = Object.values(telephony?.operators ?? {}).flatMap(({ locale }) => locale ?? []);
  const own = plan.locale === undefined ? [] : [plan.locale];
  const all = [...new Set([...own, ...groups, ...operators])];
  return all.length === 0 ? ['en'] : all;
}

export const missingPrompts: Check = (world) => {
  const { catalogue } = world;
  if (catalogue === undefined) return [];
  return Object.entries(world.plans).flatMap(([name, plan]) =>
    mentionsOf(plan)
      .filter(({ kind }) => kind === 'prompt')
      .flatMap(({ value, locale, path }) => {
        const wanted = locale === undefined ? localesOf(world, plan) : [locale];
        return missing(catalogue, value, wanted).map((found) => ({ in: { plan: name }, path, ...found }));
      }),
  );
};

function missing(
  catalogue: PromptCatalogue,
  id: string,
  locales: readonly string[],
): readonly Pick<Finding, 'message' | 'suggestion'>[] {
  if (!Object.values(catalogue).some((prompts) => Object.hasOwn(prompts, id))) {
    const nearest = nearestName(id, [
      ...new Set(Object.values(catalogue).flatMap((one) => Object.keys(one))),
    ]);
    return [
      { message: `there is no prompt ${id}`, ...(nearest === undefined ? {} : { suggestion: nearest }) },
    ];
  }
  const open = locales.filter(
    (locale) => findPrompt(catalogue, id, locale, primaryTag(locale)) === undefined,
  );
  if (open.length === 0) return [];
  return [
    { message: `prompt ${id} is not written in ${open.join(', ')}; ${fallback(open)} is spoken there` },
  ];
}

function fallback(locales: readonly string[]): string {
  return localeChain(locales[0] ?? 'en').at(-1) ?? 'en';
}

export const longTexts: Check = (world) => {
  const { textSeconds } = world.limits;
  return Object.entries(world.plans).flatMap(([name, plan]) =>
    mentionsOf(plan).flatMap(({ kind, value, path }) => {
      const seconds = Math.max(0, ...textsOf(world, kind, value).map(spokenSeconds));
      if (seconds <= textSeconds) return [];
      const message = `takes about ${Math.round(seconds)} s to say; nobody listens longer than ${textSeconds} s`;
      return [
        { in: { plan: name }, path, message: kind === 'text' ? message : `prompt ${value} ${message}` },
      ];
    }),
  );
};

function textsOf({ catalogue }: LintWorld, kind: Mention['kind'], value: string): readonly string[] {
  if (kind === 'text') return [value];
  return Object.values(catalogue ?? {}).flatMap((prompts) => {
    const prompt = Object.hasOwn(prompts, value) ? prompts[value] : undefined;
    return prompt === undefined ? [] : wordingsOf(prompt);
  });
}
