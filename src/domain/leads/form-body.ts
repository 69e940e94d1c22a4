/**
 * Bodies that sites post and that are not JSON → the same tree of values. Told apart by what they look like, as a
 * stored push is read again without its headers. Nested names as PHP writes them: `fields[phone][value]`, `tags[]`.
 */
import { pairsOf } from './url-encoded.js';

type Pair = readonly [name: string, value: string];
interface Tree {
  [name: string]: string | string[] | Tree;
}

/** Names that would reach into the object's own machinery. */
const RESERVED: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** Never throws: a text that is no form at all has one name and no value. */
export function readFormBody(text: string): unknown {
  const tree: Tree = {};
  for (const [name, value] of text.trimStart().startsWith('--') ? multipartPairs(text) : pairsOf(text.trim()))
    put(tree, pathOf(name), value);
  return tree;
}

/** `a[b][c]` → a, b, c. */
function pathOf(name: string): readonly string[] {
  const parts = /^([^[]+)((?:\[[^[\]]*\])*)$/.exec(name.trim());
  if (parts === null) return [name.trim()];
  return [parts[1] ?? '', ...[...(parts[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] ?? '')];
}

function put(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (RESERVED.includes(name)) return;
  const known = Object.hasOwn(tree, name) ? tree[name] : undefined;
  if (rest.every((part) => part === '')) tree[name] = beside(known, value);
  else put((tree[name] = branchOf(known)), rest, value);
}

/** A name that comes again has several values. */
function beside(known: Tree[string] | undefined, value: string): string | string[] {
  if (typeof known === 'string') return [known, value];
  return Array.isArray(known) ? [...known, value] : value;
}

function branchOf(known: Tree[string] | undefined): Tree {
  return typeof known === 'object' && !Array.isArray(known) ? known : {};
}

/** RFC 7578. Of a file its name is kept: what is in it is nothing to speak about. */
function multipartPairs(text: string): readonly Pair[] {
  const body = text.trimStart();
  const boundary = body.split(/\r?\n/, 1)[0] ?? '';
  return body.split(boundary).flatMap((part) => {
    const [head = '', content] = part.split(/\r?\n\r?\n(.*)/s, 2);
    const name = /\bname="([^"]*)"/i.exec(head)?.[1];
    if (name === undefined || content === undefined) return [];
    const file = /\bfilename="([^"]*)"/i.exec(head)?.[1];
    return [[name, file ?? content.replace(/\r?\n$/, '')] as const];
  });
}
