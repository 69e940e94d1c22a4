/** Renews the ownership of a call. An owner that lost it, or cannot renew it before it runs out, must stop acting. */
import type { CallId, Instant } from '../../domain/values/ids.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';
import { callLease } from './routing/resources.js';

const RENEW_MS = 5000;

/** Returns what ends the renewing; the lease itself is released by finishCall. */
export function keepLease(context: AppContext, callId: CallId, lost: (why: string) => void): () => void {
  const { clock, store, logger } = context.ports;
  const { owner, callLeaseMs } = context.config;
  let until: Instant = clock.now() + callLeaseMs;
  let stopped: 'no' | 'yes' = 'no';
  let cancel = clock.after(Math.min(RENEW_MS, callLeaseMs / 3), renew);

  function renew(): void {
    const next = clock.now() + callLeaseMs;
    store.leases.renew(callLease(callId), owner, next).then(
      (answer) => {
        if (answer === 'renewed') until = next;
        schedule(answer === 'lost' ? 'another process owns it' : undefined);
      },
      (thrown: unknown) => {
        logger.warn({ call: callId, why: messageOf(thrown) }, 'a call lease was not renewed');
        schedule(clock.now() >= until ? 'its lease ran out' : undefined);
      },
    );
  }

  function schedule(why: string | undefined): void {
    if (stopped === 'yes') return;
    if (why !== undefined) lost(why);
    else cancel = clock.after(Math.min(RENEW_MS, callLeaseMs / 3), renew);
  }

  return () => {
    stopped = 'yes';
    cancel();
  };
}
