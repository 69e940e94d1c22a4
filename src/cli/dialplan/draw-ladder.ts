/** A simulated call as a ladder: one lifeline for the plan and one for each leg, what happens beside it. Called by `dialplan sim`. */
import type { Directive } from '../../domain/dialplan/directives.js';
import { describeDirective } from '../../domain/simulation/describe-directive.js';
import { lineText, type Happening, type ScriptRun } from '../../domain/simulation/run-script.js';

/** Lifelines by name, the plan's first, and the distance between two of them in characters. */
interface Sheet {
  readonly lifelines: readonly string[];
  readonly distance: number;
}

interface Rung {
  /** Indexes of lifelines; equal when the plan does something on its own. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

const TIME_WIDTH = 9;
const NARROWEST = 10;

/** Lines of the diagram. */
export function drawLadder({ happenings, session }: ScriptRun): readonly string[] {
  const lifelines = ['plan', ...Object.keys(session.legs)];
  const sheet = { lifelines, distance: Math.max(NARROWEST, ...lifelines.map(({ length }) => length + 2)) };
  const head = `${' '.repeat(TIME_WIDTH)}  ${lifelines.map((name) => name.padEnd(sheet.distance)).join('')}`;
  return [head.trimEnd(), ...happenings.map((happening) => lineOf(sheet, happening))];
}

function lineOf(sheet: Sheet, happening: Happening): string {
  const seconds = `${(happening.at / 1000).toFixed(1)} s`.padStart(TIME_WIDTH);
  const rung = rungOf(sheet, happening);
  return `${seconds}  ${drawn(sheet, rung)}${rung.text}`.trimEnd();
}

function rungOf({ lifelines }: Sheet, happening: Happening): Rung {
  const place = (leg: string | undefined): number => Math.max(0, lifelines.indexOf(leg ?? 'plan'));
  if (happening.kind === 'step') {
    const { step, why } = happening.entered;
    return { from: 0, to: 0, text: `── ${step} ── ${why}` };
  }
  if (happening.kind === 'line') {
    const { line } = happening;
    return { from: place(line.subject), to: 0, text: lineText(line) };
  }
  const { directive } = happening;
  const [a, b] = legsOf(directive);
  return b === undefined
    ? { from: 0, to: place(a), text: describeDirective(directive) }
    : { from: place(a), to: place(b), text: describeDirective(directive) };
}

function legsOf(directive: Directive): readonly (string | undefined)[] {
  if (directive.verb === 'bridge') return [directive.a, directive.b];
  if (directive.verb === 'record') return [directive.leg, directive.other];
  return 'leg' in directive ? [directive.leg] : [];
}

function drawn({ lifelines, distance }: Sheet, { from, to }: Rung): string {
  const left = Math.min(from, to) * distance;
  const right = Math.max(from, to) * distance;
  const letters: string[] = Array.from({ length: lifelines.length * distance }, (_, at) => {
    if (at > left && at < right) return '─';
    return at % distance === 0 ? '│' : ' ';
  });
  // Two legs that are joined hear each other: an arrow both ways.
  const joined = from > 0 && to > 0;
  if (from < to) letters[right - 1] = '►';
  if (from > to || (joined && from !== to)) letters[left + 1] = '◄';
  return letters.join('');
}
