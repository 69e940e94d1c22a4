/** A bridged talk that outlived the process that began it: it goes on without dialplan until a party ends it. */
import type { CallRecord, Ending, LegRecord } from '../../../domain/calls/call.js';
import type { CallId, Instant, LegId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import { messageOf } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import { commit } from '../../events/commit.js';
import type { Activity, AdoptedEnd } from '../../ports/switch.js';
import type { CallActor, LiveCall } from '../call-registry.js';
import type { CallCommand, CommandOutcome } from '../orders/command-call.js';
import { noteLegEnd } from '../../operators/note-calls.js';
import { closeLeg, finishCall } from '../finish-call.js';
import { keepLease } from '../keep-lease.js';
import type { Talk } from './talk-company.js';

/** The stored legs are those the switch still joins. Resolves when the talk is watched; its end closes the call. */
export async function adoptCall(context: AppContext, call: CallRecord, talk: Talk): Promise<void> {
  const adoptedAt = context.ports.clock.now();
  await commit(context, async ({ tx, tell }) => {
    await tx.calls.update(call.id, { adoptedAt });
    tell({ name: 'call.adopted', callId: call.id, leadId: call.leadId });
  });
  context.calls.add(new AdoptedCall(context, { ...call, adoptedAt }, talk));
}

/** The operator's phone is free again, whatever becomes of the call. Logs what fails: the call's end closes it too. */
async function bookLegEnd(
  context: AppContext,
  call: CallRecord,
  leg: LegRecord,
  ending: Ending,
): Promise<void> {
  try {
    await commit(context, async (unit) => {
      await closeLeg(unit, call, leg, ending);
      await unit.tx.leases.releaseOwner(leg.id);
      const talked = leg.party === call.operator ? 'yes' : 'no';
      await noteLegEnd(context, unit, { leg, ending, talked });
    });
  } catch (thrown) {
    context.ports.logger.error(
      { call: call.id, leg: leg.id, why: messageOf(thrown) },
      'a leg was not closed',
    );
  }
}

class AdoptedCall implements CallActor {
  readonly callId: CallId;
  private readonly context: AppContext;
  private legs: readonly LegRecord[];
  private readonly call: CallRecord & { readonly adoptedAt: Instant };
  private readonly talk: Activity<AdoptedEnd>;
  private readonly letLeaseGo: () => void;
  private phase: 'watched' | 'over' = 'watched';
  private booked: Promise<void> = Promise.resolve();

  constructor(context: AppContext, call: CallRecord & { readonly adoptedAt: Instant }, { legs, ties }: Talk) {
    this.context = context;
    this.call = call;
    this.legs = legs;
    this.callId = call.id;
    this.letLeaseGo = keepLease(context, call.id, () => this.abandon());
    const watched = legs.map(({ id, role, identity }) => ({ legId: id, role, identity }));
    this.talk = context.ports.switch.adopt({
      callId: call.id,
      ties,
      legs: watched,
      left: (legId, reason, at) => void this.bookEnd(legId, { by: 'unknown', reason, at }),
    });
    void this.talk.outcome.then((end) => this.finish(end));
  }

  describe(): LiveCall {
    const { id, direction, startedAt, adoptedAt, leadId, clientNumber, operator, bridgedAt } = this.call;
    return {
      callId: id,
      direction,
      state: 'bridged',
      startedAt,
      adoptedAt,
      legs: this.legs.map(({ role, party, state }) => ({ ref: role, role, party, state })),
      supervisors: [],
      ...present({ leadId, clientNumber, operator, bridgedAt }),
    };
  }

  command(_by: string, command: CallCommand): CommandOutcome {
    if (command.kind !== 'hang-up') return { kind: 'refused', why: 'adopted' };
    this.talk.stop();
    return { kind: 'accepted' };
  }

  receive(): 'refused' {
    return 'refused';
  }

  isOn(signallingNode: string): boolean {
    return this.legs.some(({ identity }) => identity.signallingNode === signallingNode);
  }

  legNamed(): undefined {
    return undefined;
  }

  legOf(): undefined {
    return undefined;
  }

  transfer(): void {
    // Its legs take no requests any more.
  }

  expects(): false {
    return false;
  }

  deliver(): void {
    // Nobody is expected.
  }

  abandon(): void {
    if (this.phase === 'over') return;
    this.leave();
    this.context.calls.remove(this);
  }

  /** A party that left while the others talk on, and the one that ended the talk: its end was seen. */
  private bookEnd(legId: LegId, ending: Ending): Promise<void> {
    const leg = this.legs.find(({ id }) => id === legId);
    this.legs = this.legs.filter(({ id }) => id !== legId);
    if (leg !== undefined)
      this.booked = this.booked.then(() => bookLegEnd(this.context, this.call, leg, ending));
    return this.booked;
  }

  private async finish({ at, why, endedLeg }: AdoptedEnd): Promise<void> {
    if (this.phase === 'over') return;
    const openLegs = { by: 'unknown', reason: why, at } as const;
    this.leave();
    await (endedLeg === undefined ? this.booked : this.bookEnd(endedLeg, openLegs));
    try {
      await finishCall(this.context, {
        callId: this.callId,
        outcome: { disposition: 'answered' },
        reason: why,
        at,
        openLegs,
      });
    } catch (thrown) {
      this.context.ports.logger.error(
        { call: this.callId, why: messageOf(thrown) },
        'an adopted call was not closed',
      );
    }
    this.context.calls.remove(this);
  }

  private leave(): void {
    this.phase = 'over';
    this.letLeaseGo();
  }
}
