/** Facts for `dialplan sim` when none are given: a tracked call or a lead, and one operator on duty. */
import type { Facts } from '../../domain/dialplan/facts.js';
import { namesOf } from '../../domain/dialplan/lint.js';
import type { Dialplan } from '../../domain/dialplan/schema.js';
import type { InitialLeg } from '../../domain/dialplan/session.js';
import type { CallId, E164, LeadId } from '../../domain/values/ids.js';

export interface Scene {
  readonly facts: Facts;
  readonly legs: readonly InitialLeg[];
}

const CLIENT = '+4930123456' as E164;

const SHARED = {
  callId: 'sim' as CallId,
  locale: 'en',
  clientNumber: CLIENT,
  callerId: '+493090000',
  operators: [{ name: 'anna', displayName: 'Anna', devices: [{ kind: 'registered', user: 'anna' }] }],
  group: {
    name: 'sales',
    operators: ['anna'],
    strategy: 'sequential',
    ringSeconds: 20,
    timeZone: 'Europe/Berlin',
    locale: 'en',
    country: 'DE',
  },
} as const satisfies Partial<Facts>;

const CALLBACK: Scene = {
  facts: {
    ...SHARED,
    direction: 'callback',
    display: 'Example form',
    lead: {
      id: 'example' as LeadId,
      kind: 'form',
      phone: CLIENT,
      clientName: 'Maria',
      formName: 'Example form',
      attempt: 1,
      answers: {},
      touch: {},
    },
  },
  legs: [],
};

const INBOUND: Scene = {
  facts: { ...SHARED, direction: 'inbound', did: '+49309999' as E164, display: 'Example ad' },
  legs: [{ ref: 'caller', role: 'caller', party: CLIENT }],
};

/** A plan that speaks of a caller takes calls; any other calls a lead back. */
export function exampleScene({ steps }: Dialplan): Scene {
  const legs = Object.values(steps).flatMap((step) => namesOf(step).usesLegs ?? []);
  return legs.some(({ leg }) => leg === 'caller') ? INBOUND : CALLBACK;
}
