/**
 * Whether a gateway is up, by its OPTIONS answers, with hysteresis: one lost packet takes no carrier out, one answer does
 * not bring a flapping one back. Pure; the switch sends the OPTIONS and keeps the value.
 */
import type { ProbeTerms } from './telephony.js';

export type GatewayState = 'unknown' | 'up' | 'down';

export interface GatewayHealth {
  readonly state: GatewayState;
  /** Probes in a row that speak against `state`. */
  readonly against: number;
  readonly since: number;
  readonly roundTripMs?: number;
}

export type ProbeResult =
  { readonly kind: 'answered'; readonly roundTripMs: number } | { readonly kind: 'unanswered' };

export const UNKNOWN_HEALTH: GatewayHealth = { state: 'unknown', against: 0, since: 0 };

export function noteProbe(
  health: GatewayHealth,
  result: ProbeResult,
  { downAfter, upAfter }: ProbeTerms,
  now: number,
): GatewayHealth {
  const towards: GatewayState = result.kind === 'answered' ? 'up' : 'down';
  const roundTrip = result.kind === 'answered' ? { roundTripMs: result.roundTripMs } : {};
  if (health.state === towards) return { state: towards, against: 0, since: health.since, ...roundTrip };
  const against = health.against + 1;
  const needed = towards === 'down' ? downAfter : health.state === 'unknown' ? 1 : upAfter;
  return against >= needed
    ? { state: towards, against: 0, since: now, ...roundTrip }
    : { ...health, against, ...roundTrip };
}
