/** Thread entry of one program of the embedded switch. Messages in: EngineRequest. Messages out: EngineMessage. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.js';
import type { TlsPeer } from '../sip/api.js';
import { startProgram, type ProgramStart, type RunningProgram } from './engine-program.js';

export type EngineMessage =
  | {
      readonly kind: 'ready';
      readonly controlPort: number;
      readonly sipPort: number;
      readonly webSocketPort?: number;
    }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'stats'; readonly stats: Readonly<Record<string, unknown>> }
  | { readonly kind: 'closed' };

export type EngineRequest = 'stats' | 'close' | { readonly trust: readonly TlsPeer[] };

function tell(message: EngineMessage): void {
  parentPort?.postMessage(message);
}

async function answer(program: RunningProgram, request: EngineRequest): Promise<void> {
  if (request === 'stats') {
    tell({ kind: 'stats', stats: program.stats() });
    return;
  }
  if (request !== 'close') {
    program.trust?.(request.trust);
    return;
  }
  await program.close();
  tell({ kind: 'closed' });
  parentPort?.close();
}

const program = await startProgram(workerData as ProgramStart).catch((error: unknown) => {
  tell({ kind: 'failed', why: messageOf(error) });
  return undefined;
});
if (program !== undefined) {
  parentPort?.on('message', (request: EngineRequest) => void answer(program, request));
  const { controlPort, sipPort, webSocketPort } = program;
  tell({ kind: 'ready', controlPort, sipPort, ...(webSocketPort !== undefined && { webSocketPort }) });
}
