/**
 * How commands speak: with `--json` the last line on stdout is one JSON object and everything else goes to stderr;
 * without it people read tables and sentences on stdout. Exit codes: 0 good, 1 findings, 2 usage, 3 fault.
 */
import { Fault, messageOf } from '../errors.js';

export type ExitCode = 0 | 1 | 2 | 3;

export interface Output {
  readonly format: 'human' | 'json';
  /** For people; stderr when the format is json. */
  say(text: string): void;
  /** The result of the command; `human` writes it for people. Called once, last. */
  result(value: object, human: () => string): void;
}

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export function createOutput(format: Output['format'], streams: Streams): Output {
  return {
    format,
    say: (text) => (format === 'json' ? streams.err : streams.out)(`${text}\n`),
    result: (value, human) => {
      streams.out(format === 'json' ? `${JSON.stringify(value)}\n` : `${human()}\n`);
    },
  };
}

/** A thrown value as a sentence, its remedy, and an exit code. What is no Fault is a bug and shows where it happened. */
export function reportFailure(error: unknown, output: Output, streams: Streams): ExitCode {
  const fault = error instanceof Fault ? error : new Fault('bug', messageOf(error), { cause: error });
  if (output.format === 'json')
    streams.out(
      `${JSON.stringify({ ok: false, code: fault.code, error: fault.message, remedy: fault.remedy })}\n`,
    );
  streams.err(`${fault.message}\n→ ${fault.remedy}\n`);
  if (fault.code === 'bug' && error instanceof Error) streams.err(`${error.stack ?? ''}\n`);
  return USAGE.has(fault.code) ? 2 : 3;
}

const USAGE: ReadonlySet<string> = new Set(['option-unknown', 'field-invalid']);
