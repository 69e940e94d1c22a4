/** The line of a group as it stands now: who waits, whose turn it is, and who waits for a trunk. */
import type { Lead } from '../../domain/leads/lead.js';
import { whoseTurn, type LineView, type WayOf } from '../../domain/leads/turn.js';
import { chooseRoute } from '../../domain/routing/choose-route.js';
import type { Group, Telephony } from '../../domain/routing/telephony.js';
import { present } from '../../domain/values/present.js';
import { whyNone } from '../calls/routing/plan-trunk.js';
import { routingFacts } from '../calls/routing/routing-facts.js';
import type { AppContext } from '../context.js';
import { backlogOf } from './wake-line.js';

/** So far behind those whose turn it is somebody is looked for whose trunk has a channel. */
const LOOK_PAST = 50;

export interface GroupLine extends LineView<Lead> {
  readonly line: readonly Lead[];
}

export async function lineOf(
  context: AppContext,
  {
    telephony,
    group,
    seats,
  }: { readonly telephony: Telephony; readonly group: Group; readonly seats: number },
): Promise<GroupLine> {
  const { store, clock } = context.ports;
  const order = backlogOf(telephony.callbacks, group);
  const trunks = Object.keys(telephony.trunks).length;
  const limit = trunks > 1 ? seats + LOOK_PAST : seats;
  const line = await store.leads.inLine(group.name, clock.now(), order, limit);
  // Alone, it finds out by trying.
  if (line.length < 2) return { line, turns: line.map((lead) => ({ lead })), held: new Map() };
  return { line, ...whoseTurn(line, seats, await waysOf(context, telephony)) };
}

async function waysOf({ ports }: AppContext, telephony: Telephony): Promise<WayOf<Lead>> {
  const sources = { leases: ports.store.leases, telephony, now: ports.clock.now() };
  const facts = await routingFacts(ports.switch, sources);
  return ({ phone, policy }, taken) => {
    if (phone === undefined || Object.keys(telephony.trunks).length === 0) return { kind: 'goes' };
    const wish = { number: phone, ...present({ trunk: telephony.callbacks[policy ?? '']?.trunk }) };
    const decision = chooseRoute(telephony, wish, {
      ...facts,
      channelsInUse: (trunk) => facts.channelsInUse(trunk) + (taken.get(trunk) ?? 0),
    });
    if (decision.chosen !== undefined) return { kind: 'goes', trunk: decision.chosen.trunk };
    const why = whyNone(decision);
    // A rule ends it, as soon as it is looked at.
    if (why === 'denied') return { kind: 'goes' };
    return { kind: why === 'channels' ? 'full' : 'down' };
  };
}
