/**
 * Texts with speech markup (W3C SSML 1.1, the part that voices agree on): read strictly, because a template's author
 * writes them, and turned into plain words for voices without it, for events and for recordings. Called by
 * speech/templates.ts and speech.ts.
 */
import { nearestName } from '../values/nearest.js';

export type SsmlPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'open' | 'empty'; readonly name: string; readonly attributes: Attributes }
  | { readonly kind: 'close'; readonly name: string };
type Attributes = Readonly<Record<string, string>>;

export type ReadSsml =
  | { readonly ok: true; readonly parts: readonly SsmlPart[] }
  | { readonly ok: false; readonly problem: string };

/** Element → its attributes. */
const ELEMENTS: Readonly<Record<string, readonly string[]>> = {
  speak: ['version', 'xmlns', 'xml:lang'],
  p: [],
  s: [],
  break: ['time', 'strength'],
  emphasis: ['level'],
  prosody: ['rate', 'pitch', 'volume'],
  'say-as': ['interpret-as', 'format', 'detail'],
  sub: ['alias'],
  phoneme: ['alphabet', 'ph'],
  lang: ['xml:lang'],
};

export function isSsml(text: string): boolean {
  return /^\s*<speak[\s>]/u.test(text);
}

const TOKEN = /<(\/?)([a-z][a-z-]*)((?:\s+[a-z:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)|(<)/gu;
const ATTRIBUTE = /([a-z:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/gu;

export function readSsml(text: string): ReadSsml {
  const parts: SsmlPart[] = [];
  const open: string[] = [];
  for (const token of text.trim().matchAll(TOKEN)) {
    const part = partOf(token);
    const problem = typeof part === 'string' ? part : nesting(part, open, parts.length);
    if (problem !== undefined) return { ok: false, problem };
    if (typeof part !== 'string') parts.push(part);
  }
  const [first] = open;
  return first === undefined ? { ok: true, parts } : { ok: false, problem: `<${first}> is not closed` };
}

/** A part, or what is wrong with it. */
function partOf(token: RegExpExecArray): SsmlPart | string {
  const [, , name, , , text] = token;
  if (text !== undefined) return { kind: 'text', text: decoded(text) };
  return name === undefined ? 'a `<` that begins no element; write `&lt;`' : elementOf(token, name);
}

function elementOf(
  [whole, closing, , written = '', empty]: RegExpExecArray,
  name: string,
): SsmlPart | string {
  const known = ELEMENTS[name];
  if (known === undefined) return unknown('element', name, Object.keys(ELEMENTS));
  if (closing === '/') return written === '' ? { kind: 'close', name } : `${whole} has attributes`;
  const attributes = [...written.matchAll(ATTRIBUTE)].map(
    ([, key = '', double, single]) => [key, decoded(double ?? single ?? '')] as const,
  );
  const stranger = attributes.find(([key]) => !known.includes(key))?.[0];
  if (stranger !== undefined) return unknown(`attribute of <${name}>`, stranger, known);
  return { kind: empty === '/' ? 'empty' : 'open', name, attributes: Object.fromEntries(attributes) };
}

function unknown(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return `${name} is no ${what}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}`;
}

/** Keeps the list of open elements, and says what does not fit into it. */
function nesting(part: SsmlPart, open: string[], index: number): string | undefined {
  if (index > 0 && open.length === 0) return 'something stands behind </speak>';
  if (part.kind === 'open') open.push(part.name);
  if (part.kind !== 'close') return undefined;
  return open.pop() === part.name ? undefined : `</${part.name}> closes another element`;
}

/** The words alone: what `sub` stands for, a pause where there is one. */
export function plainOf(parts: readonly SsmlPart[]): string {
  let silent = false;
  const words = parts.map((part) => {
    if (part.kind === 'close') {
      if (part.name === 'sub') silent = false;
      return ' ';
    }
    if (part.kind === 'text') return silent ? '' : part.text;
    if (part.name !== 'sub' || part.kind === 'empty') return ' ';
    silent = true;
    return part.attributes['alias'] ?? '';
  });
  return words
    .join('')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/ (?=[.,!?;:])/gu, '')
    .trim();
}

/** Anew, with each text as `say` has it: nothing of what was read gets through unescaped. */
export function writeSsml(
  parts: readonly SsmlPart[],
  say: (text: string) => string = (text) => text,
): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return encoded(say(part.text));
      if (part.kind === 'close') return `</${part.name}>`;
      const attributes = Object.entries(part.attributes).map(([key, value]) => ` ${key}="${encoded(value)}"`);
      return `<${part.name}${attributes.join('')}${part.kind === 'empty' ? '/' : ''}>`;
    })
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  '#39': "'",
  '#34': '"',
};

function decoded(text: string): string {
  return text.replaceAll(/&(#?\w+);/gu, (written, name: string) => ENTITIES[name] ?? written);
}

function encoded(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
