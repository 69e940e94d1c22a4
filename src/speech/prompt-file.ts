/**
 * One file of prompts: YAML text in, prompts and problems with their places out. Called by load-prompts.ts.
 *
 *   client-busy: The client is busy.        a text alone
 *   whisper:                                or a map
 *     text: Callback. Form {{ form }}.
 *     short: Callback.                      what its recording says, for a text with names in it
 *     variants: [Lead. {{ form }}.]         other wordings; each call hears one
 *     names: [minutes]                      names the dialplan gives beside those of the lead
 */
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { didYouMean } from '../domain/prompts/lint-names.js';
import type { Prompt } from '../domain/prompts/prompt-catalogue.js';
import { knownNames } from '../domain/prompts/prompt-names.js';
import { checkTemplate } from './templates.js';

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

export interface FileProblem extends Place {
  readonly problem: string;
}

export interface PlacedPrompt {
  readonly prompt: Prompt;
  readonly place: Place;
}

export interface PromptSource {
  readonly path: string;
  readonly locale: string;
  readonly text: string;
}

export interface PromptFile {
  readonly prompts: readonly PlacedPrompt[];
  readonly problems: readonly FileProblem[];
}

type TextNode = Scalar.Parsed & { readonly value: string };

const FIELDS = ['text', 'variants', 'short', 'names'] as const;
const ID = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

export function readPromptFile(source: PromptSource): PromptFile {
  return new PromptFileReader(source).read();
}

/** Gathers all problems instead of stopping at the first. */
class PromptFileReader {
  readonly #source: PromptSource;
  readonly #lines = new LineCounter();
  readonly #prompts: PlacedPrompt[] = [];
  readonly #problems: FileProblem[] = [];

  constructor(source: PromptSource) {
    this.#source = source;
  }

  read(): PromptFile {
    const document = parseDocument(this.#source.text, { lineCounter: this.#lines, prettyErrors: false });
    for (const error of document.errors) this.#report(error.pos[0], error.message);
    const root = document.errors.length > 0 ? null : document.contents;
    if (isMap(root)) for (const pair of root.items) this.#readPrompt(pair);
    else if (root !== null) this.#report(root.range[0], 'a prompt file is a map from prompt id to text');
    return { prompts: this.#prompts, problems: this.#problems };
  }

  #readPrompt({ key, value }: Pair<ParsedNode, ParsedNode | null>): void {
    const id = String(isScalar(key) ? key.value : key);
    if (!ID.test(id))
      this.#report(key.range[0], `\`${id}\` is no prompt id: small letters, digits and dashes`);
    const fields = isMap(value) ? this.#readFields(value) : { text: value };
    const text = this.#readText(fields.text, key, `the prompt \`${id}\``);
    if (text === undefined) return;
    const short =
      fields.short === undefined ? undefined : this.#readText(fields.short, key, `\`short\` of \`${id}\``);
    const names = this.#readNames(fields.names);
    const variants = this.#readVariants(fields.variants, key, id);
    for (const wording of [text, ...variants]) this.#checkText(wording, knownNames(id, names));
    if (short !== undefined) this.#checkText(short, []);
    const prompt = {
      id,
      locale: this.#source.locale,
      text: text.value,
      names,
      ...(variants.length === 0 ? {} : { variants: variants.map(({ value }) => value) }),
      ...(short === undefined ? {} : { short: short.value }),
    };
    this.#prompts.push({ prompt, place: this.#place(key.range[0]) });
  }

  #readFields(map: YAMLMap.Parsed): Partial<Record<(typeof FIELDS)[number], ParsedNode | null>> {
    const known = map.items.filter(({ key }) => {
      const name = String(isScalar(key) ? key.value : key);
      const isKnown = FIELDS.some((field) => field === name);
      if (!isKnown) this.#report(key.range[0], `\`${name}\` is not known here${didYouMean(name, FIELDS)}`);
      return isKnown;
    });
    return Object.fromEntries(known.map(({ key, value }) => [String((key as Scalar).value), value]));
  }

  #readText(node: ParsedNode | null | undefined, key: ParsedNode, what: string): TextNode | undefined {
    if (isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '') return node as TextNode;
    this.#report((node ?? key).range[0], `${what} must be a text`);
    return undefined;
  }

  #readVariants(node: ParsedNode | null | undefined, key: ParsedNode, id: string): readonly TextNode[] {
    if (node === undefined) return [];
    if (isSeq(node))
      return node.items.flatMap((item) => this.#readText(item, key, `a variant of \`${id}\``) ?? []);
    this.#report((node ?? key).range[0], '`variants` must be a list of texts');
    return [];
  }

  #readNames(node: ParsedNode | null | undefined): readonly string[] {
    if (node === undefined) return [];
    const names = isSeq(node)
      ? node.items.map((item) => (isScalar(item) ? item.value : undefined))
      : [undefined];
    if (names.every((name) => typeof name === 'string')) return names;
    this.#report(node?.range[0] ?? 0, '`names` must be a list of names');
    return [];
  }

  #checkText(node: TextNode, known: readonly string[]): void {
    for (const { line, column, problem } of checkTemplate(node.value, known, this.#source.locale)) {
      // On one plain line the place is exact; a folded text tells the place inside the text.
      const offset = this.#templateOffset(node, { line, column });
      if (offset === undefined)
        this.#report(node.range[0], `${problem} (line ${line}, column ${column} of the text)`);
      else this.#report(offset, problem);
    }
  }

  #templateOffset(node: TextNode, { line, column }: { line: number; column: number }): number | undefined {
    const [start, end] = node.range;
    const quote = node.type === 'PLAIN' ? 0 : 1;
    const isVerbatim = line === 1 && this.#source.text.slice(start + quote, end - quote) === node.value;
    return isVerbatim ? start + quote + column - 1 : undefined;
  }

  #report(offset: number, problem: string): void {
    this.#problems.push({ ...this.#place(offset), problem });
  }

  #place(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#source.path, line, column: col };
  }
}
