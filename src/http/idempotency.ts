/**
 * `Idempotency-Key`: the first answer of a key is repeated for 24 h; the same key with another body is a conflict. A
 * request that failed was not answered, so its key may be used again at once.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../errors.js';
import type { HttpContext } from './context.js';

export interface IdempotentWork<T> {
  /** Keys of different scopes never meet. */
  readonly scope: string;
  readonly work: () => Promise<T>;
}

type Keyed = Pick<HttpContext, 'store' | 'clock' | 'logger'>;

const LONGEST_KEY = 255;

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string') return undefined;
  if (key.length > 0 && key.length <= LONGEST_KEY) return key;
  const problem = `Idempotency-Key must have 1 to ${LONGEST_KEY} characters`;
  throw new Fault('field-invalid', problem, { fields: [{ field: 'Idempotency-Key', problem }] });
}

/** Runs `work` once per key of the request. Without a key it just runs. */
export async function once<T>(
  context: Keyed,
  request: FastifyRequest,
  { scope, work }: IdempotentWork<T>,
): Promise<T> {
  const key = keyOf(request);
  if (key === undefined) return work();
  const hash = createHash('sha256').update(JSON.stringify(request.body)).digest('hex');
  const claim = await context.store.idempotency.claim(scope, key, hash, context.clock.now());
  switch (claim.kind) {
    case 'replay':
      return JSON.parse(claim.answer) as T;
    case 'conflict':
      throw new Fault('idempotency-conflict', 'this Idempotency-Key was used with another body');
    case 'running':
      throw new Fault('conflict', 'the first request with this Idempotency-Key is still being answered', {
        retryAfterSeconds: 1,
      });
    case 'new':
      return answered(context, key, { scope, work });
  }
}

async function answered<T>(context: Keyed, key: string, { scope, work }: IdempotentWork<T>): Promise<T> {
  const { idempotency } = context.store;
  const answer = await work().catch(async (fault: unknown) => {
    // A store that cannot release frees the key by its age; the caller must learn of the first fault.
    await idempotency
      .release(scope, key)
      .catch((error: unknown) => context.logger.warn({ error }, 'an Idempotency-Key was not released'));
    throw fault;
  });
  await idempotency.answer(scope, key, JSON.stringify(answer));
  return answer;
}
