/**
 * Committed events for whoever listens in this process: SSE streams, tests, the outbox waker. Listeners get every event
 * in the order of publishing, also when one of them publishes; one that throws does not disturb the others.
 */
import type { Events, Logger } from '../app/ports/ports.js';
import type { TimelineEvent } from '../domain/calls/events.js';
import { Fault } from '../errors.js';

const MOST_LISTENERS = 1000;

type Listener = (event: TimelineEvent) => void;

export interface EventHubOptions {
  readonly logger: Logger;
  /** 1000 unless told; one more is refused with Fault `rate-limited`. */
  readonly mostListeners?: number;
}

export function createEventHub({ logger, mostListeners = MOST_LISTENERS }: EventHubOptions): Events {
  // By subscription, not by function: the same function may listen twice.
  const listeners = new Map<symbol, Listener>();
  const queue: TimelineEvent[] = [];
  let state: 'resting' | 'delivering' = 'resting';

  function deliver(event: TimelineEvent): void {
    for (const listener of [...listeners.values()]) {
      try {
        listener(event);
      } catch (error) {
        logger.error({ event: event.name, error }, 'a listener of events failed');
      }
    }
  }

  return {
    publish(events) {
      queue.push(...events);
      if (state === 'delivering') return;
      state = 'delivering';
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) deliver(event);
      state = 'resting';
    },
    subscribe(listener) {
      if (listeners.size >= mostListeners)
        throw new Fault('rate-limited', `${mostListeners} streams of events are open already.`);
      const subscription = Symbol('listener');
      listeners.set(subscription, listener);
      return () => listeners.delete(subscription);
    },
  };
}
