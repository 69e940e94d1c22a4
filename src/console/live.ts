/** Live events: each one makes the lists and the open details load again. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { withKey } from './api.js';

export type Liveness = 'connecting' | 'live' | 'broken';

/** Events of one burst are answered with one reload. */
const BURST_MS = 150;

const EVENT_NAMES = [
  'lead.received',
  'lead.deferred',
  'lead.duplicate',
  'lead.blocked',
  'lead.not-dialled',
  'lead.reached',
  'lead.unreached',
  'lead.cancelled',
  'attempt.started',
  'attempt.ended',
  'call.started',
  'leg.invited',
  'leg.ringing',
  'leg.early-media',
  'leg.answered',
  'leg.ended',
  'prompt.spoken',
  'key.pressed',
  'operator.accepted',
  'operator.declined',
  'call.bridged',
  'call.unbridged',
  'call.ended',
  'recording.ready',
  'recording.failed',
];

export function useLiveEvents(enabled: boolean): Liveness {
  const queries = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    if (!enabled) return undefined;
    const source = new EventSource(withKey('/v1/events'));
    let pending: ReturnType<typeof setTimeout> | undefined;
    const reload = (): void => {
      pending ??= setTimeout(() => {
        pending = undefined;
        void queries.invalidateQueries();
      }, BURST_MS);
    };
    source.onopen = () => setLiveness('live');
    source.onerror = () => setLiveness('broken');
    for (const name of EVENT_NAMES) source.addEventListener(name, reload);
    return () => {
      clearTimeout(pending);
      source.close();
    };
  }, [enabled, queries]);
  return liveness;
}
