/** The SIP ladder of a call: our line in the middle, one line a leg, an arrow a message. As text and as SVG. Pure. */
import type { LegId } from '../values/ids.js';
import { summaryOf, type SipTrace } from './signalling.js';

export interface LadderLeg {
  readonly id: LegId;
  /** `client +7999…`. */
  readonly title: string;
}

type Step = Pick<SipTrace, 'legId' | 'at' | 'direction' | 'text'>;

const COLUMN = 30;
const TIME = 9;
const OURS = 'dialtrace';

/** Each arrow runs between our line at the left and the leg's. */
export function ladderText(legs: readonly LadderLeg[], traces: readonly Step[]): string {
  const [first] = traces;
  if (first === undefined) return 'no messages are kept of this call';
  const head = ' '.repeat(TIME) + [OURS, ...legs.map(({ title }) => title)].map(cell).join('').trimEnd();
  const rows = traces.map((trace) => {
    const column = legs.findIndex(({ id }) => id === trace.legId) + 1;
    return `${`${trace.at - first.at} ms`.padStart(TIME - 1)} ${arrow(trace, column)}`;
  });
  return [head, ...rows].join('\n');
}

const cell = (title: string): string => title.slice(0, COLUMN - 2).padEnd(COLUMN);

function arrow({ direction, text }: Step, column: number): string {
  const width = column * COLUMN - 2;
  const label = ` ${summaryOf(text)} `;
  const body = `──${label}`.padEnd(width, '─').slice(0, width);
  return direction === 'out' ? `│${body}▶` : `│◀${body.slice(1)}┤`;
}

const GAP = 260;
const ROW = 26;
const TOP = 50;
const LEFT = 90;

export function ladderSvg(legs: readonly LadderLeg[], traces: readonly Step[]): string {
  const titles = [OURS, ...legs.map(({ title }) => title)];
  const [width, height] = [LEFT + titles.length * GAP, TOP + (traces.length + 1) * ROW];
  const start = traces[0]?.at ?? 0;
  const lines = titles.map((title, index) => {
    const x = LEFT + index * GAP;
    return `<text x="${x}" y="24" text-anchor="middle" font-weight="bold">${escaped(title)}</text><line x1="${x}" y1="34" x2="${x}" y2="${height - 10}" stroke="#999"/>`;
  });
  const arrows = traces.map((trace, index) => {
    const far = LEFT + (legs.findIndex(({ id }) => id === trace.legId) + 1) * GAP;
    return svgArrow(trace, { far, y: TOP + index * ROW, time: trace.at - start });
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...lines,
    ...arrows,
    '</svg>',
  ].join('\n');
}

function svgArrow(
  { direction, text }: Step,
  { far, y, time }: { readonly far: number; readonly y: number; readonly time: number },
): string {
  const [from, to] = direction === 'out' ? [LEFT, far] : [far, LEFT];
  const label = `<text x="${far - GAP / 2}" y="${y - 4}" text-anchor="middle">${escaped(summaryOf(text))}</text>`;
  const line = `<line x1="${from}" y1="${y}" x2="${to}" y2="${y}" stroke="#000" marker-end="url(#a)"/>`;
  return `<text x="4" y="${y}" fill="#666">${time} ms</text>${label}${line}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
