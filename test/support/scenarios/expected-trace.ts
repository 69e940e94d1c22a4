/**
 * The one trace that a scenario must give on every switch: test/contract/traces/scenarios/<name>.txt. What it is about
 * stands above the first empty line, the trace (trace-lines.ts) below. A line that one kind of switch alone gives ends in
 * `[embedded: why]` or `[external: why]`.
 */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../contract/traces/scenarios/', import.meta.url);

export interface ExpectedTrace {
  readonly about: string;
  readonly lines: readonly { readonly text: string; readonly only?: string; readonly why?: string }[];
}

export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .map((name) => name.replace('.txt', ''))
    .sort();
}

export function readExpected(name: string): ExpectedTrace {
  return parseExpected(readFileSync(new URL(`${name}.txt`, FOLDER), 'utf8'));
}

export function parseExpected(text: string): ExpectedTrace {
  const [about = '', trace = ''] = text.split('\n\n');
  const lines = trace.trimEnd().split('\n');
  return {
    about: about.replaceAll('\n', ' '),
    lines: lines.map((line) => {
      const [, own = line, only, why] = /^(.*?)\s+\[(\w+): (.+)\]$/.exec(line) ?? [];
      return { text: own.replace(/ +/g, ' '), ...(only !== undefined && { only, why: why ?? '' }) };
    }),
  };
}

/** The lines for this kind of switch (test-switch.ts). */
export function linesFor(kind: string, { lines }: ExpectedTrace): string[] {
  return lines.flatMap(({ text, only }) => (only === undefined || only === kind ? [text] : []));
}
