/** Route decisions and the state of trunks as JSON. The command line prints the same. */
import { z } from 'zod';
import type { TrunkState } from '../../app/ports/switch.js';
import type { RouteChoice, RouteDecision } from '../../domain/routing/choose-route.js';
import { gatewayKey } from '../../domain/routing/gateway-key.js';

const choiceSchema = z.object({
  trunk: z.string(),
  gateway: z.string(),
  order: z.number(),
  why: z.string(),
  excluded_by: z.string().nullable(),
  cost_per_minute: z.number().nullable(),
});

export const routeSchema = z
  .object({
    number: z.string(),
    country: z.string().nullable(),
    allowed: z.boolean(),
    choices: z.array(choiceSchema),
    chosen: choiceSchema.nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: 'RouteDecision' });

export function routeJson(decision: RouteDecision): z.input<typeof routeSchema> {
  const { number, country = null, allowed, choices, chosen, note = null } = decision;
  return {
    number,
    country,
    allowed,
    choices: choices.map(choiceJson),
    chosen: chosen === undefined ? null : choiceJson(chosen),
    note,
  };
}

function choiceJson({ trunk, gateway, order, why, excludedBy, costPerMinute }: RouteChoice) {
  return {
    trunk,
    gateway: gatewayKey(gateway),
    order,
    why,
    excluded_by: excludedBy ?? null,
    cost_per_minute: costPerMinute ?? null,
  };
}

const time = z.iso.datetime().nullable();

export const trunkStateSchema = z
  .object({
    trunk: z.string(),
    registration: z
      .object({
        state: z.enum(['trying', 'registered', 'failed']),
        why: z.string().nullable(),
        expires_at: time,
        next_try_at: time,
      })
      .nullable(),
    gateways: z.array(
      z.object({
        gateway: z.string(),
        state: z.enum(['unknown', 'up', 'down']),
        since: time,
        round_trip_ms: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'TrunkState' });

const iso = (at: number | undefined): string | null =>
  at === undefined || at === 0 ? null : new Date(at).toISOString();

export function trunkStateJson({
  trunk,
  registration,
  gateways,
}: TrunkState): z.input<typeof trunkStateSchema> {
  return {
    trunk,
    registration:
      registration === undefined
        ? null
        : {
            state: registration.state,
            why: registration.why ?? null,
            expires_at: iso(registration.expiresAt),
            next_try_at: iso(registration.nextTryAt),
          },
    gateways: gateways.map(({ key, state, since, roundTripMs }) => ({
      gateway: key,
      state,
      since: iso(since),
      round_trip_ms: roundTripMs ?? null,
    })),
  };
}
