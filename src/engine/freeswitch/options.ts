/**
 * What `openFreeSwitch` takes and gives. Everything has a value a small office can start with, except addresses and the
 * password: there are no default secrets.
 */
import type { Pacing } from '../../media/api.js';
import type { FreeSwitchClock } from './system-clock.js';

export interface FreeSwitchIds {
  /** Lower-case RFC 4122 text. */
  uuid(): string;
  /** SIP tag of our side of a dialog. */
  tag(): string;
  /** Base64 of 30 random bytes: master key and salt of SRTP. */
  srtpKey(): string;
}

export interface FreeSwitchOptions {
  readonly eventSocket: {
    readonly address: string;
    /** 0: the system chooses. */
    readonly port: number;
    readonly password: string;
    /** Peer addresses that may connect; omitted: any that reaches the listener. Others get `text/rude-rejection`. */
    readonly allow?: readonly string[];
  };
  readonly sip: { readonly address: string; readonly port: number; readonly profile?: string };
  readonly rtp: {
    readonly address: string;
    readonly portRange?: { readonly first: number; readonly last: number };
  };
  readonly hostname?: string;
  readonly clock?: FreeSwitchClock;
  readonly ids?: FreeSwitchIds;
  readonly heartbeatSeconds?: number;
  readonly sessionsPerSecond?: number;
  readonly maxSessions?: number;
  /** No RTP for so long ends the channel with MEDIA_TIMEOUT; 0 = never. */
  readonly mediaTimeoutSeconds?: number;
  readonly mediaHoldTimeoutSeconds?: number;
  /** The profile's `rtcp-audio-interval-msec`: RTCP both ways, and told as RECV_RTCP_MESSAGE; 0 = none. */
  readonly rtcpIntervalMs?: number;
  /** Members of conferences are numbered from here on. */
  readonly firstConferenceMember?: number;
  /** Where relative recording paths start. */
  readonly recordingsDir?: string;
  /** Where relative playback paths start. */
  readonly soundsDir?: string;
  /** `set` by the dialplan on each channel after `answer`, in this order; see DEFAULT_VARIABLES. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The dialplan that drachtio-fsmrf needs: legs outlive their bridge, digits do not stop prompts. */
export const DEFAULT_VARIABLES: Readonly<Record<string, string>> = {
  send_silence_when_idle: '-1',
  hangup_after_bridge: 'false',
  park_after_bridge: 'true',
  playback_terminators: 'none',
};

export interface FreeSwitchStats {
  readonly channels: number;
  readonly sessionsSinceStart: number;
  readonly inboundConnections: number;
  readonly outboundConnections: number;
  readonly rtpPorts: number;
  /** Of the 20 ms tick since the server was opened. */
  readonly pacing: Pacing;
}

export interface FreeSwitchServer {
  readonly eventSocketPort: number;
  readonly sipPort: number;
  stats(): FreeSwitchStats;
  /** Ends every channel (BYE with SYSTEM_SHUTDOWN), every connection and every port. */
  close(): Promise<void>;
}

/** The options with nothing left out. */
export interface Settings {
  readonly eventSocket: FreeSwitchOptions['eventSocket'];
  readonly sip: { readonly address: string; readonly port: number; readonly profile: string };
  readonly rtp: FreeSwitchOptions['rtp'];
  readonly hostname: string;
  readonly heartbeatSeconds: number;
  readonly sessionsPerSecond: number;
  readonly maxSessions: number;
  readonly mediaTimeoutSeconds: number;
  readonly mediaHoldTimeoutSeconds: number;
  readonly rtcpIntervalMs: number;
  readonly firstConferenceMember: number;
  readonly recordingsDir: string;
  readonly soundsDir: string;
  readonly variables: Readonly<Record<string, string>>;
}

const DEFAULTS = {
  hostname: 'freeswitch',
  heartbeatSeconds: 20,
  sessionsPerSecond: 500,
  maxSessions: 2000,
  mediaTimeoutSeconds: 60,
  mediaHoldTimeoutSeconds: 1800,
  rtcpIntervalMs: 0,
  firstConferenceMember: 1,
  recordingsDir: '',
  soundsDir: '',
  variables: DEFAULT_VARIABLES,
};

export function settingsOf(options: FreeSwitchOptions): Settings {
  return { ...DEFAULTS, ...options, sip: { profile: 'drachtio_mrf', ...options.sip } };
}
