/** The program under test: `dialtrace start`, killed and started again on the same store and port. */
import { join } from 'node:path';
import { Fault } from '../../errors.js';
import { systemClock } from '../../sip/system.js';
import { ChildProgram } from './child-program.js';
import { poll } from './within.js';

export interface ControllerOptions {
  readonly directory: string;
  readonly configDirectory: string;
  readonly url: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** From the kill until the next life was ready; milliseconds since the epoch. */
export interface Outage {
  readonly killedAt: number;
  readonly readyAt: number;
}

const READY = { everyMs: 25, deadlineMs: 30_000 } as const;

export class Controller {
  readonly #options: ControllerOptions;
  readonly outages: Outage[] = [];
  #life: ChildProgram | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  get pid(): number {
    return this.#life?.pid ?? 0;
  }

  /** Resolves when /readyz says so. Throws Fault `switch-timeout` when it never does. */
  async start(): Promise<void> {
    const { directory, configDirectory, url, environment } = this.#options;
    this.#life = new ChildProgram({
      args: ['--json', '--config', configDirectory, 'start'],
      environment,
      logPath: join(directory, 'controller.log'),
    });
    if (!(await poll(() => isReady(url), Boolean, READY)))
      throw new Fault('switch-timeout', `the controller did not get ready; see ${directory}/controller.log`);
  }

  async killAndStart(): Promise<void> {
    const killedAt = systemClock.now();
    await this.#life?.kill();
    await this.start();
    this.outages.push({ killedAt, readyAt: systemClock.now() });
  }

  async end(): Promise<void> {
    await this.#life?.end();
  }
}

export function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );
}
