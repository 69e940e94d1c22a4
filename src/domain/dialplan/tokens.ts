/** Words, signs and literals of the expression language. Called by expressions.ts only. */

export interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign' | 'end';
  readonly text: string;
  /** Offset in the source. */
  readonly at: number;
}

export type Tokens =
  { readonly ok: true; readonly tokens: readonly Token[] } | { readonly ok: false; readonly at: number };

/** Names are dotted; every part after the first may hold hyphens (`lead.answers.first-name`). */
const PATTERN =
  /\s*(?:(?<number>-?\d+(?:\.\d+)?)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<word>[A-Za-z_]\w*(?:\.[\w-]+)*)|(?<sign>==|!=|<=|>=|[<>()[\],]))\s*/y;

export function tokenize(source: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(source);
    if (match === null) return { ok: false, at };
    tokens.push(tokenOf(match.groups ?? {}, at));
    at = PATTERN.lastIndex;
  }
  tokens.push({ kind: 'end', text: 'the end', at });
  return { ok: true, tokens };
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number): Token {
  const text = groups['single'] ?? groups['double'];
  if (text !== undefined) return { kind: 'text', text, at };
  if (groups['number'] !== undefined) return { kind: 'number', text: groups['number'], at };
  if (groups['word'] !== undefined) return { kind: 'word', text: groups['word'], at };
  return { kind: 'sign', text: groups['sign'] ?? '', at };
}
