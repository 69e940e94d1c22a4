/**
 * liquidjs set up for prompts, one engine a language: a few tags, our filters, own properties only, no files, limits
 * on time and memory. Templates are written by admins and by users of the API, values by strangers.
 */
import { Liquid, LiquidError, type Template } from 'liquidjs';
import { languageOf, type Language } from '../domain/prompts/language.js';
import { didYouMean, type PromptProblem } from '../domain/prompts/lint-names.js';
import { filtersFor } from './template-filters.js';

/** Tags that only choose and shape text. Without `include`, `render`, `layout`: nothing reads a file. */
const TAGS = ['assign', 'capture', 'case', 'comment', 'for', 'if', 'raw', 'unless'] as const;

export type Markup = 'plain' | 'ssml';

const engines = new Map<string, Liquid>();

/** At most one engine a language and kind of text is ever made. */
export function engineFor(locale: string, markup: Markup = 'plain'): Liquid {
  const language = languageOf(locale);
  const key = `${language} ${markup}`;
  const engine = engines.get(key) ?? createEngine(language, markup);
  engines.set(key, engine);
  return engine;
}

function createEngine(language: Language, markup: Markup): Liquid {
  const engine = new Liquid({
    // Names come from strangers: among markup they are text and nothing else.
    ...(markup === 'ssml' ? { outputEscape: 'escape' as const } : {}),
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    templates: {},
    parseLimit: 20_000,
    // By the clock on the wall: a busy machine stops for longer than any honest text takes, and a start must not fail of it.
    renderLimit: 2000,
    memoryLimit: 100_000,
  });
  const allowed = new Set<string>(TAGS);
  for (const name of Object.keys(engine.tags))
    if (!allowed.has(name)) Reflect.deleteProperty(engine.tags, name);
  for (const [name, filter] of Object.entries(filtersFor(language))) engine.registerFilter(name, filter);
  return engine;
}

/** Texts in use at a time: prompts of one language, and templates of forms. */
const PARSED_TEXTS = 300;
const parsed = new WeakMap<Liquid, Map<string, Template[]>>();

/** Parsed once: a text is spoken in every call. Throws what liquidjs throws. */
export function parsedBy(engine: Liquid, text: string): Template[] {
  const known = parsed.get(engine) ?? new Map<string, Template[]>();
  parsed.set(engine, known);
  const before = known.get(text);
  if (before !== undefined) return before;
  if (known.size >= PARSED_TEXTS) known.clear();
  const fresh = engine.parse(text);
  known.set(text, fresh);
  return fresh;
}

/** What liquidjs threw, as a problem with its place and the nearest known filter or tag. */
export function problemOf(thrown: unknown, engine: Liquid): PromptProblem {
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).replace(
    /, line:\d+, col:\d+$/u,
    '',
  );
  const [line, column] = LiquidError.is(thrown) ? thrown.token.getPosition() : [1, 1];
  return { line: line ?? 1, column: column ?? 1, problem: message + hint(message, engine) };
}

function hint(message: string, engine: Liquid): string {
  const filter = /^undefined filter: (\S+)/u.exec(message)?.[1];
  if (filter !== undefined) return didYouMean(filter, Object.keys(engine.filters));
  const tag = /^tag "([^"]+)" not found/u.exec(message)?.[1];
  return tag === undefined ? '' : didYouMean(tag, TAGS);
}
