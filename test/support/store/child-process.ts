/** Starts child.mjs and gives its lines. Needs the built program: `npm test` builds first. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./child.mjs', import.meta.url));

export interface Child {
  readonly lines: readonly string[];
  /** Resolves when so many lines came. */
  said(count: number): Promise<void>;
  /** Lets it begin; it says `open` when it is ready. */
  go(): void;
  kill(): void;
  /** Exit code, or the signal. Throws what it wrote to stderr when it failed by itself. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

export function startChild(deed: 'compete' | 'write', path: string, name: string): Child {
  const child = spawn(process.execPath, [PROGRAM, deed, path, name], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(line);
    for (const check of waiting) check();
  });
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(([[code, signal]]) => {
    if (typeof code === 'number' && code !== 0) throw new Error(complaint);
    return (code ?? signal) as number | NodeJS.Signals;
  });
  return {
    lines,
    said(count) {
      const enough = new Promise<void>((resolve) => {
        const check = () => {
          if (lines.length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
      return Promise.race([enough, ended.then(() => {})]);
    },
    go: () => void child.stdin.write('go\n'),
    kill: () => child.kill('SIGKILL'),
    ended,
  };
}
