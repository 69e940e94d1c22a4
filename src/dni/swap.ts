/**
 * Finds the project's numbers in texts, links, images' alt and JSON-LD, however they are written, and puts other digits
 * in their places: separators, brackets and prefixes stay as the page has them. No markup is read or made.
 */
import { settings } from './settings.js';

/** What is shown instead of a number of the page. */
export interface Shown {
  readonly number: string;
  readonly display: string;
}

/** Number of the page → what is shown instead; what is not here stays. */
export type Swaps = ReadonlyMap<string, Shown>;

interface Target {
  readonly siteNumber: string;
  readonly callingCode: string;
  readonly national: string;
  readonly pattern: RegExp;
}

/** Between two digits; U+0001 stands between two text nodes. */
const GAP = '[\\s\\x01()./\\u2010-\\u2015\\u2212-]{0,4}';
/** Digits before a match that make it a part of another number. */
const FOREIGN = /[\d+]$|\+\d{1,3}[\s(-]{0,3}$/;
const ATTRIBUTES = ['href', 'alt', 'title', 'aria-label', 'content'];
const CARRIERS = 'a[href^="tel:"],a[href^="callto:"],img[alt],[title],[aria-label],[itemprop=telephone]';
const LEFT_ALONE = '[data-no-swap],script:not([type$="ld+json"]),style,textarea,noscript,[contenteditable]';

export const observed: MutationObserverInit = {
  childList: true,
  subtree: true,
  characterData: true,
  attributes: true,
  attributeFilter: ATTRIBUTES,
};

function target(siteNumber: string, number: string, callingCode: string): Target {
  const national = number.slice(1 + callingCode.length);
  const prefix = `(?:(?:(?:\\+|00)${GAP})?${callingCode}${GAP}|[08]${GAP})?`;
  return {
    siteNumber,
    callingCode,
    national,
    pattern: new RegExp(`${prefix}${national.replace(/\d(?=\d)/g, (digit) => digit + GAP)}(?!\\d)`, 'g'),
  };
}

const targets: Target[] = settings.n.map(([number, code]) => target(number, number, code));

/** A number that was shown is found again when it gives way to another. */
function remember(siteNumber: string, { number }: Shown): void {
  const own = targets.find((one) => one.siteNumber === siteNumber);
  if (own === undefined || targets.some((one) => number === `+${one.callingCode}${one.national}`)) return;
  const code = number.startsWith(`+${own.callingCode}`) ? own.callingCode : number.slice(1, -10);
  targets.push(target(siteNumber, number, code));
}

/** A number written like `old` (a match of the target's pattern). */
function written(old: string, { callingCode, national }: Target, { number, display }: Shown): string {
  const digits = old.replace(/\D/g, '');
  const prefix = digits.slice(0, digits.length - national.length);
  const abroad = prefix.endsWith(callingCode);
  const sameCountry = number.startsWith(`+${callingCode}`);
  const next = sameCountry ? prefix + number.slice(1 + callingCode.length) : number.slice(1);
  if (next.length !== digits.length) return abroad || !sameCountry ? number : display;
  let place = 0;
  return old.replace(/\d/g, () => next[place++] ?? '');
}

interface Found {
  readonly start: number;
  readonly end: number;
  readonly siteNumber: string;
  readonly text: string;
}

function find(text: string, swaps: Swaps): Found[] {
  const found: Found[] = [];
  for (const one of targets) {
    const number = `+${one.callingCode}${one.national}`;
    const shown = swaps.get(one.siteNumber) ?? { number: one.siteNumber, display: one.siteNumber };
    for (const match of text.matchAll(one.pattern)) {
      const { index } = match;
      if (FOREIGN.test(text.slice(Math.max(0, index - 8), index))) continue;
      found.push({
        start: index,
        end: index + match[0].length,
        siteNumber: one.siteNumber,
        text: shown.number === number ? match[0] : written(match[0], one, shown),
      });
    }
  }
  return found;
}

function replaced(text: string, swaps: Swaps): string {
  return find(text, swaps).reduceRight(
    (left, { start, end, text: next }) => left.slice(0, start) + next + left.slice(end),
    text,
  );
}

/** Where a number stands: for hiding it until it is known what to show. */
export type Spot = (siteNumber: string, range?: () => Range, element?: HTMLElement) => void;

interface Piece {
  readonly node: Text;
  readonly start: number;
}

function put(pieces: readonly Piece[], { start, end, text }: Found): void {
  let isFirst = true;
  for (const { node, start: from } of pieces) {
    const begin = Math.max(start - from, 0);
    const stop = Math.min(end - from, node.data.length);
    if (begin >= stop) continue;
    const sameLength = text.length === end - start;
    const part = sameLength ? text.slice(from + begin - start, from + stop - start) : isFirst ? text : '';
    if (node.data.slice(begin, stop) !== part) node.replaceData(begin, stop - begin, part);
    isFirst = false;
  }
}

function rangeOf(pieces: readonly Piece[], { start, end }: Found): Range {
  const range = document.createRange();
  for (const { node, start: from } of pieces) {
    if (start >= from && start - from <= node.data.length) range.setStart(node, start - from);
    if (end > from && end - from <= node.data.length) range.setEnd(node, end - from);
  }
  return range;
}

function textsOf(root: Node): Piece[] {
  const pieces: Piece[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let start = 0;
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (node.parentElement?.closest(LEFT_ALONE)) continue;
    pieces.push({ node, start });
    start += node.data.length + 1;
  }
  return pieces;
}

/** Everything under `root`. Calls `spot` for each number that stands in a text. */
export function swapIn(root: Node, swaps: Swaps, spot: Spot): void {
  const pieces = textsOf(root);
  const found = find(pieces.map(({ node }) => node.data).join('\x01'), swaps);
  // From the end, so that places before a replaced one still hold.
  for (const one of found.sort((a, b) => b.start - a.start)) {
    const piece = pieces.find(({ node, start }) => one.start < start + node.data.length);
    const element = piece?.node.parentElement;
    if (element && element.tagName !== 'SCRIPT') spot(one.siteNumber, () => rangeOf(pieces, one), element);
    put(pieces, one);
  }
  if (root instanceof Element)
    for (const element of [root, ...root.querySelectorAll(CARRIERS)]) swapAttributes(element, swaps, spot);
}

function swapAttributes(element: Element, swaps: Swaps, spot: Spot): void {
  if (element.closest('[data-no-swap]')) return;
  for (const name of ATTRIBUTES) {
    const value = element.getAttribute(name);
    if (value === null || (name === 'href' && !/^(tel|callto):/i.test(value))) continue;
    const next = replaced(value, swaps);
    if (next !== value) element.setAttribute(name, next);
    for (const { siteNumber } of find(value, swaps)) spot(siteNumber);
  }
}

export function rememberAll(swaps: Swaps): void {
  swaps.forEach((shown, siteNumber) => remember(siteNumber, shown));
}

/** The number of ours that a link dials, in E.164. */
export function dialledBy(href: string): string | undefined {
  const digits = href.replace(/\D/g, '');
  const one = targets.find(({ national }) => digits.endsWith(national));
  return one && `+${one.callingCode}${one.national}`;
}
