/**
 * YAML text with its source positions: every problem of a file is reported at once as file:line:column with the line
 * itself and a caret. Used for settings, telephony, dialplans and prompts.
 */
import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document,
  type Node,
  type Pair,
} from 'yaml';

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

/** Parses one file. Syntax errors and duplicate keys come back as problems, `value` is then undefined. */
export function readYaml(text: string, file: string): YamlSource {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, uniqueKeys: true });
  const lines = text.split(/\r?\n/);
  const locate = (
    offset: number,
    rest: { code: string; message: string; suggestion?: string },
  ): SourceProblem => {
    const { line, col } = counter.linePos(offset);
    return { file, line, column: col, sourceLine: lines[line - 1] ?? '', ...rest };
  };
  const problems = document.errors.map((error) =>
    locate(error.pos[0], {
      code: `yaml-${error.code.toLowerCase().replaceAll('_', '-')}`,
      message: error.message,
    }),
  );
  return {
    file,
    value: problems.length === 0 ? (document.toJS() as unknown) : undefined,
    problems,
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
