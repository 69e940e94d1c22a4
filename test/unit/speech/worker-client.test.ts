/** The owner of a worker thread: one request at a time, a crash and an abort cost one request, idle threads end. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/speech/system-clock.js';
import { WorkerClient } from '../../../src/speech/worker-client.js';
import { forever } from '../../support/speech/utterance.js';

/** Answers with the number of its requests so far; `crash` ends the thread, `spin` never yields, `throw` is refused. */
const SOURCE = `
import { parentPort } from 'node:worker_threads';
let count = 0;
parentPort.on('message', (request) => {
  count += 1;
  if (request === 'crash') process.exit(7);
  if (request === 'spin') for (;;);
  const samples = new Int16Array([count]);
  parentPort.postMessage(request === 'throw' ? { ok: false, why: 'refused' } : { ok: true, pcm: { samples, sampleRate: 8000 } });
});`;

let directory = '';
let client: WorkerClient<string>;
const start = (idleMs = 60_000): WorkerClient<string> =>
  (client = new WorkerClient({
    file: pathToFileURL(join(directory, 'worker.mjs')),
    clock: systemClock,
    idleMs,
  }));
const ask = async (request: string, signal = forever()): Promise<number | undefined> =>
  (await client.request(request, signal)).samples[0];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialtrace-worker-'));
  await writeFile(join(directory, 'worker.mjs'), SOURCE);
});
afterEach(() => client.close());
afterAll(() => rm(directory, { recursive: true }));

it('starts no thread before the first request, and one for all', async () => {
  start();
  expect(client.threadId).toBeUndefined();
  expect(await Promise.all([ask('a'), ask('b'), ask('c')])).toEqual([1, 2, 3]);
  await expect(ask('throw')).rejects.toThrow('refused');
  expect(await ask('d')).toBe(5);
});

it('fails only the request that crashed the thread', async () => {
  start();
  const answers = await Promise.allSettled([ask('a'), ask('crash'), ask('b')]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(answers[1]).toMatchObject({ reason: { message: 'the worker thread ended: exit code 7' } });
  expect(answers[2]).toMatchObject({ value: 1 });
});

it('ends a thread that computes for an aborted request, and goes on with the next', async () => {
  start();
  const stuck = ask('spin', AbortSignal.timeout(200));
  const next = ask('a');
  await expect(stuck).rejects.toThrow(/timeout/i);
  expect(await next).toBe(1);
});

it('forgets an aborted request that still waits', async () => {
  start();
  const abort = new AbortController();
  const first = ask('a');
  const waiting = ask('crash', abort.signal);
  abort.abort(new Error('hung up'));
  await expect(waiting).rejects.toThrow('hung up');
  expect([await first, await ask('b')]).toEqual([1, 2]);
});

it('ends an idle thread and starts another when needed', async () => {
  start(50);
  await ask('a');
  await expect.poll(() => client.threadId, { timeout: 5_000 }).toBeUndefined();
  expect(await ask('b')).toBe(1);
});

it('fails what waits when it is closed', async () => {
  start();
  const answers = Promise.allSettled([ask('spin'), ask('a')]);
  await client.close();
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
