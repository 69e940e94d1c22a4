/** Live events: each one makes the lists and the open view load again. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { EVENTS } from '../domain/calls/events.js';
import { withKey } from './api.js';

export type Liveness = 'connecting' | 'live' | 'broken';

/** Events of one burst are answered with one reload. */
const BURST_MS = 150;
/** A browser reconnects by itself, but not after a refusal (a stopped server, a full one). */
const REOPEN_MS = 5000;

interface Listener {
  onChange: () => void;
  onLiveness: (liveness: Liveness) => void;
}

/** Answers how to stop. */
function listen({ onChange, onLiveness }: Listener): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const open = (): void => {
    source = new EventSource(withKey('/v1/events'));
    source.onopen = () => {
      onLiveness('live');
      onChange();
    };
    source.onerror = () => {
      onLiveness('broken');
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
    };
    for (const name of Object.keys(EVENTS)) source.addEventListener(name, onChange);
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

export function useLiveEvents(enabled: boolean): Liveness {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    if (!enabled) return undefined;
    let pending: ReturnType<typeof setTimeout> | undefined;
    const reload = (): void => {
      pending ??= setTimeout(() => {
        pending = undefined;
        void queries.invalidateQueries();
      }, BURST_MS);
    };
    const stop = listen({ onChange: reload, onLiveness: setLiveness });
    return () => {
      clearTimeout(pending);
      stop();
    };
  }, [enabled, queries]);
  return liveness;
}
