/** A Dialtrace of its own for a measurement: `dialtrace start` with an embedded switch (or given servers) in a fresh folder. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { Fault } from '../../errors.js';
import { systemClock } from '../../sip/system.js';
import { ChildProgram } from '../chaos/child-program.js';
import { isReady } from '../chaos/controller.js';
import { freePort } from '../chaos/free-port.js';
import { poll } from '../chaos/within.js';

export interface InstanceOptions {
  readonly directory: string;
  /** The telephony file. */
  readonly telephony: object;
  /** Laid over the settings of a benchmark. */
  readonly settings?: object;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Instance {
  readonly url: string;
  readonly sipPort: number;
  readonly pid: number;
  /** From the start of the process to the first good /readyz. */
  readonly readyMs: number;
  close(): Promise<void>;
}

/** Answers and joins without asking anybody: what a measurement of the switch alone needs. */
export const DIRECT_PLAN = {
  name: 'direct',
  start: 'answer',
  steps: {
    answer: { do: 'answer', next: 'dial' },
    dial: {
      do: 'originate',
      to: 'call.did',
      callerId: 'call.clientNumber',
      waiting: 'caller',
      on: { answered: 'record', busy: 'end', 'no-answer': 'end', rejected: 'end', failed: 'end' },
    },
    record: { do: 'record', next: 'talk' },
    talk: { do: 'bridge', a: 'caller', b: 'client' },
    end: { do: 'hangup' },
  },
} as const;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const READY = { everyMs: 5, deadlineMs: 30_000 } as const;

async function writeFolder(options: InstanceOptions, ports: { http: number; sip: number }): Promise<string> {
  const { directory, telephony, settings } = options;
  const folder = join(directory, 'config');
  const dialplans = join(directory, 'dialplans');
  await Promise.all([folder, dialplans].map((path) => mkdir(path, { recursive: true })));
  const values = {
    switch: { sip: { port: ports.sip } },
    http: { port: ports.http, access: 'open-on-loopback', requestsPerMinute: 1_000_000 },
    store: { path: join(directory, 'dialtrace.sqlite') },
    recordings: { directory: join(directory, 'recordings') },
    speech: { cacheDirectory: join(directory, 'speech'), providers: [] },
    logging: { level: 'warn', format: 'json' },
    calls: { drainSeconds: 1, inboundPlan: DIRECT_PLAN.name },
    paths: { dialplans, prompts: join(ROOT, 'prompts') },
    ...settings,
  };
  await writeFile(join(folder, 'dialtrace.yaml'), stringify(values));
  await writeFile(join(folder, 'telephony.yaml'), stringify(telephony));
  await writeFile(join(dialplans, 'direct.yaml'), stringify(DIRECT_PLAN));
  await writeFile(join(dialplans, 'callback.yaml'), await readFile(join(ROOT, 'dialplans', 'callback.yaml')));
  return folder;
}

/** Throws Fault `switch-timeout` when it does not get ready. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const ports = { http: await freePort(), sip: await freePort() };
  const folder = await writeFolder(options, ports);
  const url = `http://127.0.0.1:${ports.http}`;
  const startedAt = systemClock.now();
  const child = new ChildProgram({
    args: ['--json', '--config', folder, 'start'],
    environment: { ...process.env, ...options.environment },
    logPath: join(options.directory, 'controller.log'),
  });
  if (!(await poll(() => isReady(url), Boolean, READY))) {
    await child.kill();
    throw new Fault('switch-timeout', `Dialtrace did not get ready; see ${options.directory}/controller.log`);
  }
  const readyMs = systemClock.now() - startedAt;
  return { url, sipPort: ports.sip, pid: child.pid, readyMs, close: () => child.end() };
}

export async function withInstance<T>(
  options: InstanceOptions,
  work: (instance: Instance) => Promise<T>,
): Promise<T> {
  const instance = await startInstance(options);
  try {
    return await work(instance);
  } finally {
    await instance.close();
  }
}
