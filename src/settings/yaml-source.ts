/**
 * YAML text with its source positions: every problem of a file is reported at once as file:line:column with the line
 * itself and a caret. Used for settings, telephony, dialplans and prompts.
 */
import { readFile } from 'node:fs/promises';
import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { messageOf } from '../errors.js';

export interface SourceProblem {
  readonly file: string;
  /** 1-based; 0 when the problem belongs to the whole file. */
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
  /** The offending line, for the caret. */
  readonly sourceLine: string;
  /** Advice keeps nothing from being loaded; absent: it does. */
  readonly level?: 'advice';
}

export type SourcePath = readonly (string | number)[];

export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  readonly problems: readonly SourceProblem[];
  /** Problem at a path of the value; `key` points at the last name of the path instead of its value. */
  problemAt(
    path: SourcePath,
    what: {
      readonly code: string;
      readonly message: string;
      readonly suggestion?: string;
      readonly at?: 'key' | 'value';
    },
  ): SourceProblem;
  /** Is this code silenced by a comment on the line, or on comment lines right above it? */
  isSilenced(code: string, line: number): boolean;
}

const SILENCE = /#\s*dialtrace-ignore:\s*([\w-]+(?:\s*,\s*[\w-]+)*)/u;

function silencedOn(text: string | undefined): readonly string[] {
  return (
    SILENCE.exec(text ?? '')?.[1]
      ?.split(',')
      .map((code) => code.trim()) ?? []
  );
}

function isSilencedIn(lines: readonly string[], code: string, line: number): boolean {
  if (silencedOn(lines[line - 1]).includes(code)) return true;
  let above = line - 2;
  while (lines[above]?.trimStart().startsWith('#') === true) {
    if (silencedOn(lines[above]).includes(code)) return true;
    above -= 1;
  }
  return false;
}

function offsetOf(document: Document, path: SourcePath, at: 'key' | 'value'): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOfExact(document, path.slice(0, length), at);
    if (offset !== undefined) return offset;
  }
  return document.contents?.range?.[0] ?? 0;
}

function offsetOfExact(document: Document, path: SourcePath, at: 'key' | 'value'): number | undefined {
  const parent: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (at === 'key' && isMap(parent)) {
    const pair = parent.items.find((item: Pair) => isScalar(item.key) && item.key.value === last);
    if (isPair(pair) && isScalar(pair.key)) return pair.key.range?.[0];
  }
  const node = document.getIn(path, true) as Node | undefined;
  return node?.range?.[0];
}

/** Nobody writes more by hand; reading it would hold up the calls of the process. */
const MOST_BYTES = 200 * 1024;
/** Aliases that one document may resolve to: enough for shared facts, too few for a billion laughs. */
const MOST_ALIASES = 1000;

/** What keeps a text from being read at all. */
function unreadable(
  text: string,
): { readonly at: number; readonly code: string; readonly message: string } | undefined {
  if (text.length > MOST_BYTES)
    return { at: 0, code: 'yaml-too-large', message: `a file holds at most ${MOST_BYTES / 1024} kB` };
  // A byte that is no UTF-8 was read as U+FFFD; UTF-16 shows as NULs.
  const at = text.search(/[\uFFFD\0]/u);
  return at < 0 ? undefined : { at, code: 'yaml-encoding', message: 'the file is not UTF-8 here' };
}

/** A file of the folder, or why it cannot be read: it may have gone since the folder was listed. */
export async function readYamlFile(path: string): Promise<YamlSource> {
  try {
    return readYaml(await readFile(path, 'utf8'), path);
  } catch (error) {
    const source = readYaml('', path);
    const why = { code: 'yaml-unreadable', message: `cannot be read: ${messageOf(error)}` };
    return { ...source, problems: [source.problemAt([], why)] };
  }
}

function barrierProblem(
  { at, code, message }: NonNullable<ReturnType<typeof unreadable>>,
  text: string,
  file: string,
): SourceProblem {
  const before = text.slice(0, at).split('\n');
  return {
    file,
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    code,
    message,
    sourceLine: '',
  };
}

type PlainValue =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** Aliases are resolved here, and only here can they turn out to be too many, or to lead nowhere. */
function valueOf(document: Document): PlainValue {
  try {
    return { ok: true, value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown };
  } catch (error) {
    return { ok: false, message: `an alias cannot be resolved: ${messageOf(error)}` };
  }
}

/** Offsets of keys that a map has already. The parser's own check compares each key with each: minutes for long maps. */
function keysTwice(document: Document): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value) && key.value !== '<<') found.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
    },
  });
  return found;
}

/** Parses one file. Syntax errors and duplicate keys come back as problems, `value` is then undefined. */
export function readYaml(text: string, file: string): YamlSource {
  const counter = new LineCounter();
  const barrier = unreadable(text);
  const document = parseDocument(barrier === undefined ? text : '', {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const lines = text.split(/\r?\n/);
  const locate = (
    offset: number,
    rest: { code: string; message: string; suggestion?: string },
  ): SourceProblem => {
    const { line, col } = counter.linePos(offset);
    return { file, line, column: col, sourceLine: lines[line - 1] ?? '', ...rest };
  };
  const errors = document.errors.map((error) =>
    locate(error.pos[0], {
      code: `yaml-${error.code.toLowerCase().replaceAll('_', '-')}`,
      message: error.message,
    }),
  );
  const twice = keysTwice(document).map((offset) =>
    locate(offset, { code: 'yaml-duplicate-key', message: 'Map keys must be unique' }),
  );
  const plain = barrier === undefined && errors.length + twice.length === 0 ? valueOf(document) : undefined;
  const broken = plain?.ok === false ? [locate(0, { code: 'yaml-alias', message: plain.message })] : [];
  return {
    file,
    value: plain?.ok === true ? plain.value : undefined,
    problems: [
      ...(barrier === undefined ? [] : [barrierProblem(barrier, text, file)]),
      ...errors,
      ...twice,
      ...broken,
    ],
    problemAt: (path, { at = 'value', ...rest }) => locate(offsetOf(document, path, at), rest),
    isSilenced: (code, line) => isSilencedIn(lines, code, line),
  };
}

/** `file:line:column: message` with the line and a caret under the place. */
export function formatProblem(problem: SourceProblem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  const hint = problem.suggestion === undefined ? '' : ` — did you mean "${problem.suggestion}"?`;
  const head = `${place}: ${problem.message}${hint} [${problem.code}]`;
  if (problem.sourceLine === '') return head;
  const gutter = `${problem.line} | `;
  return `${head}\n  ${gutter}${problem.sourceLine}\n  ${' '.repeat(gutter.length + problem.column - 1)}^`;
}
