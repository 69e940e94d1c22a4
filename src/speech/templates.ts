/**
 * Prompt texts with names in them: rendered when a call speaks, checked when somebody saves one. Implements the
 * `Templates` port over a prompt catalogue.
 */
import type { Template, Variable } from 'liquidjs';
import type { RenderedPrompt as RenderedText, Templates } from '../app/ports/ports.js';
import { lintNames, type PromptProblem, type PromptVariable } from '../domain/prompts/lint-names.js';
import { localeChain } from '../domain/prompts/language.js';
import {
  findPrompt,
  ownRecording,
  recordingFor,
  spokenLocale,
  wordingFor,
  type PromptCatalogue,
} from '../domain/prompts/prompt-catalogue.js';
import type { PromptNames } from '../domain/prompts/prompt-names.js';
import { LONGEST_TEXT, speakableText } from '../domain/prompts/speakable-text.js';
import { isSsml, plainOf, readSsml, writeSsml } from '../domain/prompts/ssml.js';
import { engineFor, parsedBy, problemOf } from './template-engine.js';
import { PrintedRecord, textOf } from './template-filters.js';

export interface PromptText {
  readonly template: string;
  readonly locale: string;
  readonly names: PromptNames;
}

export type RenderedPrompt =
  | { readonly ok: true; readonly text: string; readonly ssml?: string }
  | { readonly ok: false; readonly problems: readonly PromptProblem[] };

const SAYS_NOTHING: PromptProblem = { line: 1, column: 1, problem: 'the text says nothing' };

/** The spoken text. A name without value is left out or takes its `default`: a live call is never lost to a blank. */
export function renderPrompt({ template, locale, names }: PromptText): RenderedPrompt {
  const markup = isSsml(template) ? 'ssml' : 'plain';
  const engine = engineFor(locale, markup);
  try {
    const rendered = String(engine.renderSync(parsedBy(engine, template), scopeOf(names)));
    return markup === 'ssml' ? withoutMarkup(rendered) : spoken(speakableText(rendered));
  } catch (thrown) {
    return { ok: false, problems: [problemOf(thrown, engine)] };
  }
}

function filledText(template: string, names: PromptNames): RenderedPrompt {
  const engine = engineFor('en');
  try {
    return { ok: true, text: String(engine.renderSync(parsedBy(engine, template), scopeOf(names))) };
  } catch (thrown) {
    return { ok: false, problems: [problemOf(thrown, engine)] };
  }
}

function spoken(text: string): RenderedPrompt {
  return text === '' ? { ok: false, problems: [SAYS_NOTHING] } : { ok: true, text };
}

/** The words for people and for voices without markup; the markup beside them, unless it holds more than may be said. */
function withoutMarkup(rendered: string): RenderedPrompt {
  const read = readSsml(rendered);
  if (!read.ok) return { ok: false, problems: [{ line: 1, column: 1, problem: read.problem }] };
  const plain = plainOf(read.parts);
  const words = spoken(speakableText(plain));
  return words.ok && plain.length <= LONGEST_TEXT ? { ...words, ssml: writeSsml(read.parts) } : words;
}

/** Problems of a template, empty when it is good. `known` may hold `utm.*`. */
export function checkTemplate(
  template: string,
  known: readonly string[],
  locale = 'en',
): readonly PromptProblem[] {
  if (template.trim() === '') return [SAYS_NOTHING];
  const engine = engineFor(locale, isSsml(template) ? 'ssml' : 'plain');
  try {
    const parsed = engine.parse(template);
    const variables = variablesOf(parsed, locale);
    const problems = lintNames(variables, known);
    if (problems.length > 0) return problems;
    // A trial finds what parsing does not: wrong arguments of filters, loops without end, markup that does not close.
    const rendered = String(engine.renderSync(parsed, scopeOf(sampleNames(variables))));
    const trial = isSsml(template) ? withoutMarkup(rendered) : undefined;
    return trial?.ok === false ? trial.problems : [];
  } catch (thrown) {
    return [problemOf(thrown, engine)];
  }
}

/** The names a template takes from outside, with their places. */
function variablesOf(parsed: Template[], locale: string): readonly PromptVariable[] {
  const { globals } = engineFor(locale).analyzeSync(parsed, { partials: false });
  return Object.values(globals).flat().map(toVariable);
}

function toVariable({ segments, location }: Variable): PromptVariable {
  const path = segments.map((segment) => (typeof segment === 'object' ? '*' : String(segment)));
  return { path, line: location.row, column: location.col };
}

/** `client` prints its name; answers are names of their own unless a fixed name takes theirs. */
function scopeOf(names: PromptNames): Record<string, unknown> {
  const { client, answers, ...others } = names;
  const record = isRecord(client) ? new PrintedRecord(textOf(client['name']), client) : client;
  return {
    ...answers,
    ...others,
    answers: answers ?? {},
    utm: names.utm ?? {},
    ...(record === undefined ? {} : { client: record }),
  };
}

/** Through the port names come untyped, so `client` may also be null or a text. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A value that any filter takes for each name that a template uses. */
function sampleNames(variables: readonly PromptVariable[]): PromptNames {
  const names: Record<string, unknown> = { client: { name: '1' } };
  for (const { path } of variables) {
    const [name = '', field] = path;
    if (field !== undefined) names[name] = { ...(names[name] as object | undefined), [field]: '1' };
    else names[name] ??= '1';
  }
  return names;
}

/** The port over a catalogue that a reload of the prompt files may replace at any time. */
export function createTemplates(catalogue: () => PromptCatalogue): Templates {
  return {
    render: (id, locale, names, seed) => {
      const prompt = findPrompt(catalogue(), id, locale);
      if (prompt === undefined)
        return { ok: false, problems: [`there is no prompt \`${id}\` for ${locale}`] };
      const template = seed === undefined ? prompt.text : wordingFor(prompt, seed);
      return toPort(renderPrompt({ template, locale: prompt.locale, names }), spokenLocale(prompt, locale));
    },
    renderText: (template, locale, names) => toPort(renderPrompt({ template, locale, names }), locale),
    fill: (template, names) => toPort(filledText(template, names), 'en'),
    check: (template, known) => checkTemplate(template, known).map(problemLine),
    recorded: (id, locale, seed) => recordingPath(catalogue(), id, locale, seed),
    own: (id, locale, seed) => {
      const prompt = findPrompt(catalogue(), id, locale);
      return prompt === undefined ? undefined : ownRecording(prompt, seed)?.path;
    },
  };
}

/** The nearest recording may be of another locale than the nearest text. */
function recordingPath(
  catalogue: PromptCatalogue,
  id: string,
  locale: string,
  seed: string | undefined,
): string | undefined {
  const recordings = localeChain(locale).map((tag) => {
    const prompt = findPrompt(catalogue, id, tag, tag);
    return prompt === undefined ? undefined : recordingFor(prompt, seed);
  });
  return recordings.find((recording) => recording !== undefined)?.path;
}

function toPort(rendered: RenderedPrompt, locale: string): RenderedText {
  return rendered.ok ? { ...rendered, locale } : { ok: false, problems: rendered.problems.map(problemLine) };
}

function problemLine({ line, column, problem }: PromptProblem): string {
  return `${line}:${column} ${problem}`;
}
