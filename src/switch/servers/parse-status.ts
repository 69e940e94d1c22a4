/** What FreeSWITCH 1.10 answers to `status`, as far as it says how loaded it is. Text for people: read leniently. */
import type { MediaLoad } from '../../domain/routing/choose-server.js';

const LINES = {
  sessions: /^(\d+) session\(s\) - /m,
  maxSessions: /^(\d+) session\(s\) max/m,
  sessionsThisSecond: /^(\d+) session\(s\) per Sec/m,
  maxSessionsPerSecond: /per Sec out of max (\d+)/,
  /** The least that is allowed, then what there is. */
  idleCpuPercent: /^min idle cpu [\d.]+\/([\d.]+)/m,
} as const;

/** Undefined when one of them is not there. */
export function parseStatus(text: string): Omit<MediaLoad, 'at' | 'ownLegs'> | undefined {
  const read = (line: keyof typeof LINES) => Number(LINES[line].exec(text)?.[1]);
  const load = {
    sessions: read('sessions'),
    maxSessions: read('maxSessions'),
    sessionsThisSecond: read('sessionsThisSecond'),
    maxSessionsPerSecond: read('maxSessionsPerSecond'),
    idleCpu: read('idleCpuPercent') / 100,
  };
  return Object.values(load).some((value) => Number.isNaN(value)) ? undefined : load;
}
