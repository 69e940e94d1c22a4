/** Runs a program to its end with text on stdin and everything it wrote on stdout. Used for piper and for players. */
import { spawn } from 'node:child_process';

/** Ten minutes of 22 kHz speech; more is a program gone wild. */
const MOST_BYTES = 32 * 1024 * 1024;
const ERROR_TAIL = 500;

export interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly stdin?: string;
}

/** Rejects when the program is missing, fails, writes too much, or the signal aborts (the program is killed). */
export function runProgram({ command, args, stdin = '' }: ProgramRun, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { signal, killSignal: 'SIGKILL', stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size > MOST_BYTES) child.kill('SIGKILL');
      else output.push(part);
    });
    child.stderr.on('data', (part: Buffer) => (errors = (errors + part.toString()).slice(-ERROR_TAIL)));
    // A program that ends before it read its text breaks the pipe; its exit code tells more.
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(new Error(`${command} ended with ${code ?? 'a signal'}: ${errors.trim() || 'no message'}`));
    });
    child.stdin.end(stdin);
  });
}
