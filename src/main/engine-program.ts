/** The two programs of the embedded switch, started by their options; run in a worker thread or alone (`dialtrace engine`). */
import { openDrachtio } from '../engine/drachtio/drachtio-server.js';
import type { DrachtioOptions } from '../engine/drachtio/options.js';
import { openFreeSwitch } from '../engine/freeswitch/server.js';
import type { TlsPeer } from '../sip/api.js';
import { DEFAULT_VARIABLES, type FreeSwitchOptions } from '../engine/freeswitch/options.js';

/**
 * What the dialplan of config/freeswitch sets on each channel. Digits pressed in a talk are told to us, who pass them on to
 * the other party unless they are for us.
 */
export const CHANNEL_VARIABLES = { ...DEFAULT_VARIABLES, bridge_filter_dtmf: 'true' };

/** Options are plain data: they cross a thread or a command line. */
export type ProgramStart =
  | { readonly program: 'drachtio'; readonly options: DrachtioOptions }
  | { readonly program: 'freeswitch'; readonly options: FreeSwitchOptions };

export interface RunningProgram {
  /** Port of the drachtio control connection, or of the event socket. */
  readonly controlPort: number;
  readonly sipPort: number;
  /** Where browsers connect, when a listener is for them. */
  readonly webSocketPort?: number;
  stats(): Readonly<Record<string, unknown>>;
  /** Peers of the drachtio program with certificates of their own. */
  trust?(peers: readonly TlsPeer[]): void;
  close(): Promise<void>;
}

export async function startProgram(start: ProgramStart): Promise<RunningProgram> {
  if (start.program === 'drachtio') {
    const server = await openDrachtio(start.options);
    const browsers = server.listeners.find(({ protocol }) => protocol === 'ws' || protocol === 'wss');
    return {
      ...(browsers !== undefined && { webSocketPort: browsers.port }),
      controlPort: server.adminPort,
      sipPort: server.sipPort,
      stats: () => ({ ...server.stats() }),
      trust: (peers) => server.trust(peers),
      close: () => server.close(),
    };
  }
  const server = await openFreeSwitch(start.options);
  return {
    controlPort: server.eventSocketPort,
    sipPort: server.sipPort,
    stats: () => ({ ...server.stats() }),
    close: () => server.close(),
  };
}
