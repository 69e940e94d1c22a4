/** `originate`: sends the INVITE that the step's transaction granted. */
import type { LegRole } from '../../../domain/calls/call.js';
import type { Directive } from '../../../domain/dialplan/directives.js';
import { present } from '../../../domain/values/present.js';
import { messageOf } from '../../../errors.js';
import type { Originate } from '../commit-step.js';
import { secondOwner, secondPool } from '../routing/resources.js';
import type { Scene } from '../scene.js';

type Directing = Extract<Directive, { verb: 'originate' }>;
type Granted = Extract<Originate, { kind: 'granted' }>;

/** A trunk that takes no more calls this second is asked again this often, this many times. */
const SECOND_POLL_MS = 200;
const SECOND_POLLS = 25;

export function performOriginate(scene: Scene, directive: Directing): void {
  const { activity, leg } = directive;
  const granted = scene.originate(activity);
  if (granted?.kind !== 'granted') {
    scene.post({
      kind: 'outcome',
      activity,
      outcome: { kind: 'not-allowed', why: granted?.why ?? 'denied' },
    });
    return;
  }
  scene.begin(activity, () => undefined);
  scene.legs.add(leg, granted.record, activity);
  waitForSecond(scene, directive, granted, SECOND_POLLS);
}

/** Calls per second are counted when the INVITE leaves, not when it was decided. */
function waitForSecond(scene: Scene, directive: Directing, granted: Granted, polls: number): void {
  const { store, clock, logger } = scene.context.ports;
  const { trunk } = granted.line;
  if (trunk === undefined) {
    invite(scene, directive, granted);
    return;
  }
  const now = clock.now();
  const owner = secondOwner(granted.record.id);
  store.leases
    .takeSlot(secondPool(trunk.name), trunk.callsPerSecond, owner, now + 1000, now)
    .then((slot) => {
      if (!isStillWanted(scene, directive)) return;
      if (slot !== undefined) invite(scene, directive, granted);
      else if (polls === 0) giveUp(scene, directive, 'cps');
      else clock.after(SECOND_POLL_MS, () => waitForSecond(scene, directive, granted, polls - 1));
    })
    .catch((thrown: unknown) => {
      logger.error({ leg: granted.record.id, why: messageOf(thrown) }, 'an INVITE did not leave');
      giveUp(scene, directive, 'failed');
    });
}

/** It may have been hung up while it waited for its second; then its end is booked and nothing leaves. */
function isStillWanted(scene: Scene, { activity, leg }: Directing): boolean {
  return scene.isGoingOn(activity) && scene.legs.record(leg)?.state === 'trying';
}

function invite(scene: Scene, directive: Directing, { line, record }: Granted): void {
  if (!isStillWanted(scene, directive)) return;
  const beside = scene.legs.living()[0];
  const leg = scene.context.ports.switch.originate({
    legId: record.id,
    callId: record.callId,
    sipCallId: record.identity.sipCallId,
    role: record.role,
    target: line.target,
    ringMs: directive.ringSeconds * 1000,
    ...present({
      callerNumber: directive.callerNumber ?? line.trunk?.callerId,
      callerName: directive.callerName,
      besideLeg: beside?.id,
      ...behindLine(scene, record.role),
    }),
  });
  scene.attach(directive.leg, leg);
}

/** What a trunk's caller id rules may ask for: an operator's mobile may show the caller, a client never sees himself. */
function behindLine({ setup: { facts, names } }: Scene, role: LegRole) {
  const onBehalfOf = role === 'client' ? undefined : facts.clientNumber;
  return { did: facts.did, onBehalfOf, campaign: names.campaign };
}

function giveUp(scene: Scene, { leg }: Directing, reason: string): void {
  const at = scene.context.ports.clock.now();
  scene.post({ kind: 'signal', leg, signal: { kind: 'ended', ending: { by: 'system', reason, at } }, at });
}
