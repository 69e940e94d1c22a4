/**
 * The SIP profile: listens, admits or refuses INVITEs, makes a channel of each, and finds the leg of every request
 * inside a dialog. Opened and closed by server.ts.
 */
import type { Received, ServerTransaction, ServerTransactionEvents, SipStack } from '../../../sip/api.js';
import { keyOfRequest } from '../../../sip/dialog-state.js';
import { responseTo } from '../../../sip/requests.js';
import { openSipStack } from '../../../sip/stack.js';
import { headerOf } from '../../../wire/sip-message.js';
import { tagOf } from '../../../wire/sip-name-addr.js';
import type { SipRequest } from '../../../wire/sip-types.js';
import { Channel } from '../channel/channel.js';
import { runChannel } from '../channel/run-channel.js';
import type { Core } from '../core.js';
import { callerProfile, inviteVariables } from './invite-variables.js';
import { header, OPTIONS_OK, PLAIN_OK } from './message-headers.js';
import { SipLeg } from './sip-leg.js';

export interface SofiaProfile {
  readonly port: number;
  close(): Promise<void>;
}

type On = (events: Partial<ServerTransactionEvents>) => void;

export async function openSofiaProfile(core: Core): Promise<SofiaProfile> {
  const { address, port } = core.settings.sip;
  const legs = new Map<string, SipLeg>();
  const stack: SipStack = await openSipStack({
    bind: [
      { protocol: 'udp', host: address, port },
      { protocol: 'tcp', host: address, port },
    ],
    clock: core.clock,
    merged: 'refuse',
    handlers: {
      request: (transaction, on) => {
        receive(core, { legs, stack: () => stack, transaction, on });
      },
      ack: (ack) => {
        legs.get(keyOfRequest(ack.message))?.acknowledged(ack);
      },
    },
  });
  return {
    port: stack.locals[0]?.port ?? port,
    close: () => {
      for (const leg of legs.values()) leg.dispose();
      return stack.close();
    },
  };
}

interface Arrival {
  readonly legs: Map<string, SipLeg>;
  readonly stack: () => SipStack;
  readonly transaction: ServerTransaction;
  readonly on: On;
}

function receive(core: Core, arrival: Arrival): void {
  const { message } = arrival.transaction.received;
  if (tagOf(headerOf(message, 'To') ?? '') !== undefined) insideDialog(arrival);
  else if (message.method === 'INVITE') admit(core, arrival);
  else if (message.method === 'OPTIONS')
    arrival.transaction.respond(responseTo(message, 200, { toTag: core.ids.tag(), headers: OPTIONS_OK }));
  else arrival.transaction.respond(responseTo(message, 501, { toTag: core.ids.tag(), headers: PLAIN_OK }));
}

function insideDialog({ legs, transaction }: Arrival): void {
  const { message } = transaction.received;
  const leg = legs.get(keyOfRequest(message));
  if (leg === undefined) transaction.respond(responseTo(message, 481, { headers: PLAIN_OK }));
  else leg.request(transaction);
}

function admit(core: Core, arrival: Arrival): void {
  const { counters, settings, channels } = core;
  const full = channels.size >= settings.maxSessions || counters.thisSecond >= settings.sessionsPerSecond;
  if (full) refuseForLoad(core, arrival.transaction);
  else takeCall(core, arrival);
}

function refuseForLoad(core: Core, transaction: ServerTransaction): void {
  const { message } = transaction.received;
  const headers = [header('Retry-After', '300'), ...PLAIN_OK];
  transaction.respond(
    responseTo(message, 503, { reason: 'Maximum Calls In Progress', toTag: core.ids.tag(), headers }),
  );
}

function takeCall(core: Core, { legs, stack, transaction, on }: Arrival): void {
  const leg: SipLeg = new SipLeg(core, { stack, invite: transaction, forget: () => legs.delete(leg.key) });
  const channel = makeChannel(core, leg, transaction.received);
  legs.set(leg.key, leg);
  leg.attach(channel, on);
  if (transaction.received.message.body === '') channel.over = runAfterOffer(leg, channel);
  else {
    leg.trying();
    channel.over = runChannel(channel);
  }
}

/** An INVITE without SDP is answered before anything else; the channel begins to run when the ACK brings the answer. */
async function runAfterOffer(leg: SipLeg, channel: Channel): Promise<void> {
  await leg.offer();
  await runChannel(channel);
}

function makeChannel(core: Core, leg: SipLeg, received: Received<SipRequest>): Channel {
  const uuid = core.ids.uuid();
  const sessionId = core.counters.accepted(core.channels.size + 1);
  const channel = new Channel(core, {
    uuid,
    sessionId,
    profile: callerProfile(core, uuid, received),
    signalling: leg,
  });
  channel.variables.setAll(inviteVariables(core, channel, received));
  core.channels.set(uuid, channel);
  return channel;
}
