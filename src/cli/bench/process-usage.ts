/** What this process uses; and what another one does, as Linux tells it in /proc, `undefined` elsewhere. */
import { readFile } from 'node:fs/promises';

const BYTES_PER_MEGABYTE = 1_000_000;
/** USER_HZ: 100 on every Linux that Node runs on. */
const MS_PER_TICK = 10;

/** Resident memory in MB. */
export async function residentMegabytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / BYTES_PER_MEGABYTE;
}

/** User and system time of all its threads so far, in ms. */
export async function cpuMs(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Fields after the name in brackets, which may hold spaces; utime and stime are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(ticks) ? undefined : ticks * MS_PER_TICK;
}

/** User and system time of all threads of this process so far, in ms. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
