/**
 * Joins two legs, over a tie line when they are on different media servers. Either may leave; FreeSWITCH parks the other
 * one (park_after_bridge).
 */
import type { Activity, BridgeOutcome, KeptKeys } from '../../app/ports/switch.js';
import { messageOf } from '../../errors.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { SwitchLeg } from '../legs/leg.js';
import { openTieLine, type TieLine } from '../legs/tie-line.js';
import { Outcome, settle } from '../lifetime.js';
import { Joint } from './joint.js';
import { passKeys } from './pass-keys.js';
import { leaveRoom } from './room.js';
import { settledActivity } from './play.js';

export function bridgeLegs(
  one: SwitchLeg,
  other: SwitchLeg | undefined,
  { context, kept }: { readonly context: SwitchContext; readonly kept: KeptKeys },
): Activity<BridgeOutcome> {
  if (one.life.ended) return settledActivity({ kind: 'leg-ended', legId: one.id });
  if (!other) return settledActivity({ kind: 'failed', why: 'the other leg is not up' });
  if (!one.endpoint || !other.endpoint)
    return settledActivity({ kind: 'failed', why: 'a leg has no media yet' });
  const bridge = new Bridge(one.endpoint, other.endpoint, context);
  bridge.watch(one, other, kept);
  void Promise.all([one.endpoint.parted, other.endpoint.parted]).then(() => bridge.join());
  return { outcome: bridge.outcome, stop: () => bridge.stop() };
}

/** A server that dies takes a leg along, whose end says more than that of the line. */
const SERVER_LOST_MS = 1000;

class Bridge {
  readonly #one: Endpoint;
  readonly #other: Endpoint;
  readonly #context: SwitchContext;
  readonly #outcome = new Outcome<BridgeOutcome>();
  readonly #formed = new Outcome<void>();
  /** One, or one on each server of a tie line. */
  #joints: readonly Joint[] = [];
  #line: TieLine | undefined;

  constructor(one: Endpoint, other: Endpoint, context: SwitchContext) {
    this.#one = one;
    this.#other = other;
    this.#context = context;
  }

  get outcome(): Promise<BridgeOutcome> {
    return this.#outcome.promise;
  }

  watch(one: SwitchLeg, other: SwitchLeg, kept: KeptKeys): void {
    const { clock } = this.#context;
    const releases = [one, other].map((leg) =>
      leg.life.onEnd(() => this.#outcome.settle({ kind: 'leg-ended', legId: leg.id })),
    );
    releases.push(
      passKeys(one, other, { kept: kept.own, clock }),
      passKeys(other, one, { kept: kept.others, clock }),
    );
    void this.outcome.then(() => {
      for (const release of releases) release();
      this.#letGo();
    });
  }

  stop(): void {
    const { clock, deadlines } = this.#context;
    const formed = () => Promise.race([this.#formed.promise, this.outcome]);
    const parted = settle(formed, { clock, deadlineMs: deadlines.commandMs }).then(() => this.#part());
    // A bridge that follows at once (a transfer) would be undone together with this one.
    for (const endpoint of [this.#one, this.#other]) endpoint.parted = parted;
  }

  async join(): Promise<void> {
    if (this.#outcome.settled) return;
    await Promise.all([leaveRoom(this.#one), leaveRoom(this.#other)]);
    try {
      this.#joints = await this.#span();
      await this.#form();
    } catch (error) {
      const why = `${this.#places()} could not be joined: ${messageOf(error)}`;
      this.#outcome.settle({ kind: 'failed', why });
    }
  }

  async #form(): Promise<void> {
    if (this.#outcome.settled) {
      this.#letGo();
      return;
    }
    void Promise.all(this.#joints.map(({ formed }) => formed)).then(() => this.#formed.settle());
    const failures = await Promise.all(this.#joints.map((joint) => joint.join()));
    const why = failures.find((failure) => failure !== undefined);
    if (why !== undefined) this.#outcome.settle({ kind: 'failed', why });
  }

  async #span(): Promise<readonly Joint[]> {
    if (this.#one.media === this.#other.media) return [new Joint(this.#one, this.#other, this.#context)];
    const line = await openTieLine(this.#one, this.#other);
    this.#line = line;
    line.onBroken((why) =>
      this.#context.clock.after(SERVER_LOST_MS, () => this.#outcome.settle({ kind: 'failed', why })),
    );
    return [new Joint(this.#one, line.near, this.#context), new Joint(this.#other, line.far, this.#context)];
  }

  #places(): string {
    return `media servers ${this.#one.media.name} and ${this.#other.media.name}`;
  }

  async #part(): Promise<void> {
    if (this.#outcome.settled) return;
    await Promise.all(this.#joints.map((joint) => joint.part()));
    this.#outcome.settle({ kind: 'stopped' });
  }

  /** Whoever is left is free for the next bridge once the line, its partner there, is gone. */
  #letGo(): void {
    for (const joint of this.#joints) joint.letGo();
    if (this.#line === undefined) return;
    const closed = this.#line.close();
    for (const endpoint of [this.#one, this.#other])
      endpoint.parted = Promise.all([endpoint.parted, closed]).then(() => undefined);
  }
}
