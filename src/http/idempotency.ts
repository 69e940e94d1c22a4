/** `Idempotency-Key`: the first answer of a key is repeated for 24 h; the same key with another body is a conflict. */
import { createHash } from 'node:crypto';
import type { Clock } from '../app/ports/ports.js';
import type { Store } from '../app/ports/store.js';
import { Fault } from '../errors.js';

export interface IdempotentWork<T> {
  readonly scope: string;
  readonly key: string | undefined;
  readonly body: unknown;
  readonly work: () => Promise<T>;
}

/** Runs `work` once per key. Without a key it just runs. */
export async function once<T>(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  request: IdempotentWork<T>,
): Promise<T> {
  const { scope, key, body, work } = request;
  if (key === undefined) return work();
  if (key.length > 255) throw new Fault('field-invalid', 'Idempotency-Key is longer than 255 characters');
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const claim = await store.idempotency.claim(scope, key, hash, clock.now());
  switch (claim.kind) {
    case 'replay':
      return JSON.parse(claim.answer) as T;
    case 'conflict':
      throw new Fault('idempotency-conflict', 'this Idempotency-Key was used with another body');
    case 'running':
      throw new Fault('conflict', 'the first request with this Idempotency-Key is still being answered', {
        retryAfterSeconds: 1,
      });
    case 'new': {
      const answer = await work();
      await store.idempotency.answer(scope, key, JSON.stringify(answer));
      return answer;
    }
  }
}
