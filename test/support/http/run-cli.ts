/** Runs the built command line as a child process, and reads what it prints. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const CLI = fileURLToPath(new URL('../../../dist/cli/dialtrace.js', import.meta.url));

export interface CliOptions {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A command that hangs is killed; its exit code is then null. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 30_000;

export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout as JSON; undefined when it is none. */
  readonly json: Record<string, unknown> | undefined;
}

/** Settings of this machine must not reach the tests. */
function environmentOf(given: CliOptions['environment'] = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('DIALTRACE_'));
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...given };
}

export function startCli(
  args: readonly string[],
  { cwd, environment, stdin = '', deadlineMs = DEADLINE_MS }: CliOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: environmentOf(environment),
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  child.stdin.end(stdin);
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  return child;
}

function lastLineAsJson(text: string): CliResult['json'] {
  try {
    return JSON.parse(text.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Collects what a started command prints until it ends. */
export async function finished(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: string) => (stdout += text));
  child.stderr.on('data', (text: string) => (stderr += text));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stdout, stderr, json: lastLineAsJson(stdout) };
}

export const runCli = (args: readonly string[], options: CliOptions): Promise<CliResult> =>
  finished(startCli(args, options));

/** Resolves with the first match of a pattern on stdout or stderr; rejects when the command ends before. */
export function untilPrinted(
  child: ChildProcessWithoutNullStreams,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (more: string): void => {
      text += more;
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('close', (code) =>
      reject(new Error(`ended with ${String(code)} before it said ${String(pattern)}:\n${text}`)),
    );
  });
}
