/** Recorded traces of a real drachtio-server: test/contract/traces/real/drachtio-*.jsonl. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../contract/traces/real/', import.meta.url);

export interface TraceEntry {
  readonly t_ms: number;
  /** `drachtio`, `drachtio-2`, … are control connections; `sip` is a datagram. */
  readonly conn: string;
  readonly dir: 'c>s' | 's>c';
  readonly event?: 'open' | 'close';
  readonly src?: number;
  readonly dst?: number;
  readonly text: string;
}

export interface Trace {
  readonly scenario: string;
  readonly program: string;
  readonly entries: readonly TraceEntry[];
}

export function drachtioScenarios(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => /^drachtio-.*\.jsonl$/.test(name))
    .map((name) => name.replace('.jsonl', ''))
    .sort();
}

export function readTrace(scenario: string): Trace {
  const [head = '', ...lines] = readFileSync(new URL(`${scenario}.jsonl`, FOLDER), 'utf8')
    .trimEnd()
    .split('\n');
  const { program } = JSON.parse(head) as { program: string };
  return { scenario, program, entries: lines.map((line) => JSON.parse(line) as TraceEntry) };
}
