/**
 * Owner of one worker thread of this room: starts it at the first request, gives it one request at a time, ends it
 * after five idle minutes, and starts a new one after a crash. A request that is aborted while the worker computes
 * ends the worker, for synchronous WebAssembly cannot be interrupted otherwise.
 *
 *   down ──request──► busy ──reply, queue empty──► idle ──5 min──► down
 *    ▲                 │ ▲                          │
 *    └──crash, abort───┘ └──────────request─────────┘
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../app/ports/ports.js';
import type { Pcm } from './api.js';
import { untilAborted } from './deadline.js';
import type { WorkerReply } from './worker-protocol.js';

const IDLE_MS = 5 * 60_000;

export interface WorkerClientOptions {
  readonly file: URL;
  readonly clock: Clock;
  readonly idleMs?: number;
}

interface Job<Request> {
  readonly request: Request;
  readonly settle: (reply: WorkerReply) => void;
}

type State<Request> =
  | { readonly kind: 'down' }
  | { readonly kind: 'idle'; readonly worker: Worker; readonly cancelEnd: () => void }
  | { readonly kind: 'busy'; readonly worker: Worker; readonly job: Job<Request> };

/** Beside us in dist; tests that run from the sources take the built file. */
export function workerFile(name: 'wasm-worker' | 'audio-worker'): URL {
  const beside = new URL(`./${name}.js`, import.meta.url);
  return existsSync(fileURLToPath(beside))
    ? beside
    : new URL(`../../dist/speech/${name}.js`, import.meta.url);
}

export class WorkerClient<Request> {
  readonly #file: URL;
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #queue: Job<Request>[] = [];
  #state: State<Request> = { kind: 'down' };

  constructor({ file, clock, idleMs = IDLE_MS }: WorkerClientOptions) {
    this.#file = file;
    this.#clock = clock;
    this.#idleMs = idleMs;
  }

  /** Thread id while a worker runs. */
  get threadId(): number | undefined {
    return this.#state.kind === 'down' ? undefined : this.#state.worker.threadId;
  }

  async request(request: Request, signal: AbortSignal): Promise<Pcm> {
    signal.throwIfAborted();
    const { promise, job } = jobFor(request);
    this.#queue.push(job);
    this.#next();
    const reply = await untilAborted(signal, promise).finally(() => this.#drop(job));
    if (!reply.ok) throw new Error(reply.why);
    return reply.pcm;
  }

  async close(): Promise<void> {
    for (const job of this.#queue.splice(0)) job.settle({ ok: false, why: 'the speech service was closed' });
    await this.#end();
  }

  #next(): void {
    if (this.#state.kind === 'busy') return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    if (this.#state.kind === 'idle') this.#state.cancelEnd();
    const worker = this.#state.kind === 'idle' ? this.#state.worker : this.#startWorker();
    this.#state = { kind: 'busy', worker, job };
    worker.postMessage(job.request);
  }

  #startWorker(): Worker {
    const worker = new Worker(this.#file);
    worker.on('message', (reply: WorkerReply) => this.#onReply(worker, reply));
    worker.once('error', (error: Error) => this.#onEnd(worker, error.message));
    worker.once('exit', (code) => this.#onEnd(worker, `exit code ${code}`));
    return worker;
  }

  #onReply(worker: Worker, reply: WorkerReply): void {
    if (this.#state.kind !== 'busy' || this.#state.worker !== worker) return;
    this.#state.job.settle(reply);
    this.#state = {
      kind: 'idle',
      worker,
      cancelEnd: this.#clock.after(this.#idleMs, () => void this.#end()),
    };
    this.#next();
  }

  /** Crash or exit. A worker that we ended ourselves is no longer ours, and its exit changes nothing. */
  #onEnd(worker: Worker, why: string): void {
    if (this.#state.kind === 'down' || this.#state.worker !== worker) return;
    this.#leave(`the worker thread ended: ${why}`);
    this.#next();
  }

  async #end(): Promise<void> {
    const ended = this.#state;
    this.#leave('the worker thread was ended');
    if (ended.kind !== 'down') await ended.worker.terminate();
  }

  #leave(why: string): void {
    if (this.#state.kind === 'idle') this.#state.cancelEnd();
    if (this.#state.kind === 'busy') this.#state.job.settle({ ok: false, why });
    this.#state = { kind: 'down' };
  }

  /** After its request settled or was aborted, a job may still wait, or keep the worker busy for nobody. */
  #drop(job: Job<Request>): void {
    const waiting = this.#queue.indexOf(job);
    if (waiting >= 0) this.#queue.splice(waiting, 1);
    else if (this.#state.kind === 'busy' && this.#state.job === job)
      void this.#end().then(() => this.#next());
  }
}

function jobFor<Request>(request: Request): {
  readonly promise: Promise<WorkerReply>;
  readonly job: Job<Request>;
} {
  let settle: (reply: WorkerReply) => void = () => undefined;
  const promise = new Promise<WorkerReply>((resolve) => (settle = resolve));
  return { promise, job: { request, settle } };
}
