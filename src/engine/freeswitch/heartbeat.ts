/** The HEARTBEAT event, every so many seconds; controllers read load and capacity from it. Started by server.ts. */
import { idleCpu, upTimeText } from './api/status.js';
import type { Core } from './core.js';
import { VERSION } from './version.js';

/** Returns a function that stops it. */
export function startHeartbeat(core: Core): () => void {
  let cancel: () => void = () => undefined;
  const schedule = () => {
    cancel = core.clock.after(core.settings.heartbeatSeconds * 1000, () => {
      beat(core);
      schedule();
    });
  };
  if (core.settings.heartbeatSeconds > 0) schedule();
  return () => {
    cancel();
  };
}

function beat(core: Core): void {
  const { counters, settings } = core;
  const { peak, peakPerSecond } = counters.fiveMinutes;
  core.bus.fire({ name: 'HEARTBEAT', site: 'heartbeat' }, (headers) => {
    Object.assign(headers, {
      'Event-Info': 'System Ready',
      'Up-Time': upTimeText(core),
      'FreeSWITCH-Version': VERSION,
      'Uptime-msec': String(Math.floor(core.clock.now() - core.startedAt)),
      'Session-Count': String(core.channels.size),
      'Max-Sessions': String(settings.maxSessions),
      'Session-Per-Sec': String(settings.sessionsPerSecond),
      'Session-Per-Sec-Last': String(counters.previousSecond),
      'Session-Per-Sec-Max': String(counters.peakPerSecond),
      'Session-Per-Sec-FiveMin': String(peakPerSecond),
      'Session-Since-Startup': String(counters.sinceStart),
      'Session-Peak-Max': String(counters.peak),
      'Session-Peak-FiveMin': String(peak),
      'Idle-CPU': idleCpu().toFixed(6),
    });
  });
}
