/**
 * Which of several switch servers gets the next call: one that takes calls, is not full, and is loaded least. Pure; the
 * switch counts its legs and asks the servers.
 */
import type { Instant } from '../values/ids.js';

/** What a media server said of itself. */
export interface MediaLoad {
  readonly sessions: number;
  readonly maxSessions: number;
  readonly sessionsThisSecond: number;
  readonly maxSessionsPerSecond: number;
  /** Of its processors, 0 to 1. */
  readonly idleCpu: number;
  readonly at: Instant;
  /** Legs of ours on it at that time: what came since is known better from them. */
  readonly ownLegs: number;
}

/** `silent`: connected, but its last question is not answered yet. */
export type ServerStanding = 'taking' | 'silent' | 'draining' | 'down';

export interface ServerCandidate {
  readonly standing: ServerStanding;
  /** Legs of ours on it now. */
  readonly legs: number;
  /** Of a media server that was asked. */
  readonly load?: MediaLoad;
}

/** Below this its sound suffers: it comes after those that have more. */
const LEAST_IDLE_CPU = 0.1;

/** Sessions of whoever uses it, ours of this moment among them. */
export function sessionsOf({ legs, load }: ServerCandidate): number {
  return load === undefined ? legs : Math.max(legs, load.sessions + legs - load.ownLegs);
}

/**
 * The first of the best: drained and lost ones never, silent and breathless ones only when there is no other, then the
 * smaller share of its sessions in use. Undefined: none takes a call.
 */
export function chooseServer<S extends ServerCandidate>(servers: readonly S[]): S | undefined {
  const open = servers.filter((server) => isOpen(server));
  return open.reduce<S | undefined>(
    (best, server) => (best === undefined || isBetter(server, best) ? server : best),
    undefined,
  );
}

export function isOpen(server: ServerCandidate): boolean {
  const { standing, load } = server;
  if (standing === 'draining' || standing === 'down') return false;
  return load === undefined || sessionsOf(server) < load.maxSessions;
}

function isBetter(one: ServerCandidate, other: ServerCandidate): boolean {
  const [a, b] = [rankOf(one), rankOf(other)];
  return a === b ? shareOf(one) < shareOf(other) : a < b;
}

function rankOf({ standing, load }: ServerCandidate): number {
  const isBreathless = load !== undefined && load.idleCpu < LEAST_IDLE_CPU;
  return (standing === 'silent' ? 2 : 0) + (isBreathless ? 1 : 0);
}

/** FreeSWITCH's own default: a server that was not asked yet is compared as if it had it. */
const USUAL_MAX_SESSIONS = 1000;

function shareOf(server: ServerCandidate): number {
  return sessionsOf(server) / (server.load?.maxSessions ?? USUAL_MAX_SESSIONS);
}
