/** A child process of ours: an engine program or a controller. Started, listened to and killed by chaos and bench. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../errors.js';
import { within } from './within.js';

export interface ChildOptions {
  readonly args: readonly string[];
  /** A program of Node; `dialtrace` when none is named. */
  readonly script?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What it writes to stderr is appended here. */
  readonly logPath: string;
}

const DIALTRACE = fileURLToPath(new URL('../dialtrace.js', import.meta.url));
const END_DEADLINE_MS = 15_000;

export class ChildProgram {
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #name: string;
  /** Settles once, never rejects. */
  readonly exited: Promise<void>;

  constructor({ args, script = DIALTRACE, environment, logPath }: ChildOptions) {
    this.#name = [basename(script), ...args].join(' ');
    const log = openSync(logPath, 'a');
    this.#child = spawn(process.execPath, [script, ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    const { stdout } = this.#child;
    if (stdout === null) throw new Fault('bug', 'a child without stdout');
    this.#lines = createInterface({ input: stdout });
    this.exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    // A test that is interrupted leaves nothing behind.
    const kill = (): void => void this.#child.kill('SIGKILL');
    process.once('exit', kill);
    void this.exited.then(() => process.off('exit', kill));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line on stdout. Throws Fault when the program ends first, or after `deadlineMs`. */
  line(deadlineMs: number): Promise<string> {
    const line = new Promise<string>((resolve, reject) => {
      this.#lines.once('line', resolve);
      void this.exited.then(() => reject(new Fault('switch-unavailable', `${this.#name} ended`)));
    });
    return within(deadlineMs, line, `an answer of ${this.#name}`);
  }

  /** As by a power cut of this process alone: nothing of it runs any more when this resolves. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** SIGTERM, and SIGKILL for one that does not listen. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await within(END_DEADLINE_MS, this.exited, `the end of ${this.#name}`).catch(() => this.kill());
  }
}
