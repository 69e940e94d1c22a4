/** Why a number would go the way it goes now: the decision of live calls, with what the switch and the store know. */
import { chooseRoute, type RouteDecision, type RouteRequest } from '../../../domain/routing/choose-route.js';
import type { AppContext } from '../../context.js';
import { routingFacts } from './routing-facts.js';

export async function explainRoute(context: AppContext, request: RouteRequest): Promise<RouteDecision> {
  const { telephony } = context.set();
  const { store, clock } = context.ports;
  const facts = await routingFacts(context.ports.switch, {
    leases: store.leases,
    telephony,
    now: clock.now(),
  });
  return chooseRoute(telephony, request, facts);
}
