/**
 * Opens the media room: owns the ports, their sockets and the schedule that serves them. Called by engine/freeswitch and
 * the phone, once a process or worker.
 */
import type { Media, MediaOptions, MediaPort, Pacing, PortOptions } from './api.js';
import { Fault } from '../errors.js';
import { RtpPort } from './rtp-port.js';
import { RtpSockets } from './rtp-socket.js';
import { GROUPS, Schedule } from './schedule.js';
import { securedSocket } from './srtp/secured-socket.js';
import { randomUint32, systemClock } from './system-clock.js';
import { ToneStore } from './tone-store.js';
import { openWebRtcSocket } from './webrtc/webrtc-socket.js';

/**
 * Sockets are bound one by one as ports are opened; `openPort` rejects with `port-in-use` when none is left, with
 * `switch-unavailable` when it is a browser's and the library for that is not installed.
 */
export function openMedia(options: MediaOptions): Promise<Media> {
  return Promise.resolve(new MediaRoom(options));
}

class MediaRoom implements Media {
  readonly #options: MediaOptions;
  readonly #sockets: RtpSockets;
  readonly #tones = new ToneStore();
  readonly #groups: readonly Set<RtpPort>[] = Array.from({ length: GROUPS }, () => new Set<RtpPort>());
  readonly #schedule: Schedule;
  #state: 'open' | 'closed' = 'open';

  constructor(options: MediaOptions) {
    this.#options = options;
    const use = reportsIn(options) ? 'rtp-and-rtcp' : 'rtp';
    this.#sockets = new RtpSockets(options.address, options.portRange, use);
    this.#schedule = new Schedule({
      clock: options.clock ?? systemClock,
      hasPorts: (group) => (this.#groups[group]?.size ?? 0) > 0,
      serve: (group, skipped) => this.#tick(this.#groups[group] ?? [], skipped),
    });
  }

  get portCount(): number {
    return this.#groups.reduce((sum, group) => sum + group.size, 0);
  }

  async openPort(options: PortOptions): Promise<MediaPort> {
    const remote = options.webRtc;
    const secure = remote && (await this.#sockets.openBy((place) => openWebRtcSocket(place, remote)));
    const socket = secure ?? (await this.#sockets.open());
    if (this.#state === 'closed') {
      await socket.close();
      throw new Fault('bug', 'A port was opened in a media room that is closed');
    }
    const group = this.#groups.reduce((least, each) => (each.size < least.size ? each : least));
    const port = new RtpPort(options, {
      socket: securedSocket(socket),
      webRtc: secure,
      localAddress: this.#options.address,
      tones: this.#tones,
      clock: this.#options.clock ?? systemClock,
      rtcpIntervalMs: this.#options.rtcpIntervalMs ?? 0,
      randomUint32: this.#options.randomUint32 ?? randomUint32,
      closed: (gone) => {
        group.delete(gone);
        if (this.portCount === 0) this.#schedule.stop();
      },
    });
    group.add(port);
    this.#schedule.start();
    return port;
  }

  pacing(options: { readonly reset?: 'yes' | 'no' } = {}): Pacing {
    const pacing = this.#schedule.meter.read();
    if (options.reset === 'yes') this.#schedule.meter.reset();
    return pacing;
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    const ports = this.#groups.flatMap((group) => [...group]);
    await Promise.all(ports.map((port) => port.close()));
    this.#tones.clear();
  }

  /** The four phases of a tick; see rtp-port.ts. */
  #tick(ports: Iterable<RtpPort>, skippedFrames: number): void {
    for (const port of ports) port.receive();
    for (const port of ports) port.compose();
    for (const port of ports) port.transmit(skippedFrames);
    for (const port of ports) port.keep(skippedFrames);
  }
}

function reportsIn({ rtcpIntervalMs = 0 }: MediaOptions): boolean {
  return rtcpIntervalMs > 0;
}
