/**
 * Measures what one media thread can carry: bridged, recorded calls whose packets really travel over loopback. Called
 * by the benchmarks (`npm run bench`).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Media, MediaClock, MediaPort, Pacing } from './api.js';
import { openMedia } from './open-media.js';
import { systemClock } from './system-clock.js';

export interface PacingLoad {
  /** RTP streams each way; two make a bridged, recorded call. Rounded down to whole calls, at least two. */
  readonly ports: number;
  readonly seconds: number;
  readonly clock?: MediaClock;
}

export interface PacingResult {
  readonly calls: number;
  readonly pacing: Pacing;
  /** Of one core, whole process. */
  readonly cpuPercent: number;
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly lost: number;
  /** Interarrival jitter (RFC 3550 A.8) of the middle and of the worst hundredth of the streams. */
  readonly jitterP50Ms: number;
  readonly jitterP99Ms: number;
  readonly rssBytes: number;
}

/** As on the embedded switch. */
const RTCP_INTERVAL_MS = 5000;

/**
 * Calls stand in a ring: the B side of each sends to the A side of the next, so every port sends, receives, is bridged
 * and recorded, and no load generator shares the thread.
 */
export async function measurePacing(load: PacingLoad): Promise<PacingResult> {
  const folder = await mkdtemp(join(tmpdir(), 'pacing-'));
  const media = await openMedia({
    address: '127.0.0.1',
    rtcpIntervalMs: RTCP_INTERVAL_MS,
    ...(load.clock && { clock: load.clock }),
  });
  try {
    const calls = Math.max(2, Math.floor(load.ports / 2));
    const ports = await openRing(media, calls, folder);
    return await measure(media, ports, load);
  } finally {
    await media.close();
    await rm(folder, { recursive: true });
  }
}

async function openRing(media: Media, calls: number, folder: string): Promise<MediaPort[]> {
  const ports: MediaPort[] = [];
  for (let index = 0; index < calls * 2; index += 1) ports.push(await media.openPort({}));
  for (const [index, port] of ports.entries()) {
    const isB = index % 2 === 1;
    const neighbour = ports.at(isB ? (index + 1) % ports.length : index - 1);
    if (neighbour) port.configure({ remote: { address: '127.0.0.1', port: neighbour.localPort } });
    const other = ports[index + 1];
    if (isB || !other) continue;
    port.bridge(other);
    port.record({ path: join(folder, `${index}.wav`), channels: 2 });
  }
  return ports;
}

async function measure(
  media: Media,
  ports: readonly MediaPort[],
  { seconds, clock = systemClock }: PacingLoad,
): Promise<PacingResult> {
  await pass(clock, 1000); // Code gets warm, jitter buffers fill.
  media.pacing({ reset: 'yes' });
  const before = totals(ports);
  const cpuBefore = process.cpuUsage();
  const startedAt = clock.now();
  await pass(clock, seconds * 1000);
  const elapsedMs = clock.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  const after = totals(ports);
  const jitters = ports.map((port) => port.stats.jitterMs).sort((one, other) => one - other);
  return {
    calls: ports.length / 2,
    pacing: media.pacing(),
    cpuPercent: ((cpu.user + cpu.system) / 1000 / elapsedMs) * 100,
    packetsSent: after.sent - before.sent,
    packetsReceived: after.received - before.received,
    lost: after.lost - before.lost,
    jitterP50Ms: jitters.at(Math.floor(jitters.length / 2)) ?? 0,
    jitterP99Ms: jitters.at(Math.floor(jitters.length * 0.99)) ?? 0,
    rssBytes: process.memoryUsage.rss(),
  };
}

function totals(ports: readonly MediaPort[]): { sent: number; received: number; lost: number } {
  const total = { sent: 0, received: 0, lost: 0 };
  for (const { stats } of ports) {
    total.sent += stats.packetsSent;
    total.received += stats.packetsReceived;
    total.lost += stats.lost;
  }
  return total;
}

function pass(clock: MediaClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
