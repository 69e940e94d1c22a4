/** What passes between a worker thread of this room and its client: one request at a time, one reply to each. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../errors.js';
import type { Pcm } from './api.js';

export type WorkerReply =
  { readonly ok: true; readonly pcm: Pcm } | { readonly ok: false; readonly why: string };

/** The worker's side: answers every request with what `action` makes of it. */
export function serveRequests(action: (request: unknown) => Promise<Pcm>): void {
  const port = parentPort;
  if (port === null) throw new Error('this file runs in a worker thread only');
  port.on('message', (request: unknown) => {
    void replyOf(() => action(request)).then((reply) => {
      port.postMessage(reply, reply.ok ? [reply.pcm.samples.buffer as ArrayBuffer] : []);
    });
  });
}

async function replyOf(work: () => Promise<Pcm>): Promise<WorkerReply> {
  try {
    return { ok: true, pcm: await work() };
  } catch (thrown) {
    return { ok: false, why: messageOf(thrown) };
  }
}
