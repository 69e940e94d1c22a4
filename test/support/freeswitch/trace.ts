/** Reading a recorded trace (test/contract/traces/real/*.jsonl): a header line, then one protocol frame a line. */
import { readFileSync } from 'node:fs';

export interface TraceLine {
  readonly t_ms: number;
  /** `esl-in`, `esl-in-2`, `esl-out-1`, …, `sip`. */
  readonly conn: string;
  /** Towards or from FreeSWITCH. */
  readonly dir: 'c>s' | 's>c';
  readonly event?: 'open' | 'close';
  readonly text: string;
  readonly src?: number;
  readonly dst?: number;
}

export interface Trace {
  readonly scenario: string;
  readonly lines: readonly TraceLine[];
  /** Its SIP was not recorded but made from the event socket; see synthetic-sip.ts. */
  readonly synthetic?: boolean;
}

export function readTrace(url: URL): Trace {
  const [head = '{}', ...rest] = readFileSync(url, 'utf8').trimEnd().split('\n');
  const { scenario } = JSON.parse(head) as { scenario: string };
  return { scenario, lines: rest.map((line) => JSON.parse(line) as TraceLine) };
}

/** FreeSWITCH's SIP port in this trace: where fsmrf's INVITE went. */
export function freeSwitchPort(trace: Trace): number {
  const invite = trace.lines.find(
    ({ conn, dir, text }) => conn === 'sip' && dir === 'c>s' && text.startsWith('INVITE sip:drachtio@'),
  );
  return invite?.dst ?? 5080;
}
