/** `cdr:*` frames, each to one of the clients that routed the kind. Off unless the server is told to make them. */
import { writeSipMessage } from '../../wire/sip-message.js';
import type { SipClock } from '../../sip/api.js';
import type { CdrRecord } from './engine-state.js';
import { timeOfDay } from './frames.js';
import type { RequestRoutes } from './request-routes.js';

export function createCdrWriter(
  routes: RequestRoutes,
  clock: SipClock,
  mode: 'on' | 'off',
): (record: CdrRecord) => void {
  if (mode === 'off') return () => undefined;
  return (record) => {
    const fields = [`cdr:${record.kind}`, record.source, timeOfDay(clock.now()), ...extraOf(record)];
    routes
      .next(`cdr:${record.kind}`)
      ?.tell(`${fields.join('|')}\r\n${writeSipMessage(record.message).toString('utf8')}`);
  };
}

function extraOf(record: CdrRecord): string[] {
  if (record.kind === 'attempt') return [];
  return [record.kind === 'start' ? record.role : record.reason];
}
