/** Joins two legs by uuid_bridge. Either may leave; FreeSWITCH parks the other one (park_after_bridge). */
import type { Activity, BridgeOutcome } from '../../app/ports/switch.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { SwitchLeg } from '../legs/leg.js';
import { Outcome, settle, whyOf } from '../lifetime.js';
import { apartness } from './media.js';
import { leaveRoom } from './room.js';
import { settledActivity } from './play.js';

export function bridgeLegs(
  one: SwitchLeg,
  other: SwitchLeg | undefined,
  context: SwitchContext,
): Activity<BridgeOutcome> {
  if (one.life.ended) return settledActivity({ kind: 'leg-ended', legId: one.id });
  if (!other) return settledActivity({ kind: 'failed', why: 'the other leg is not up' });
  if (!one.endpoint || !other.endpoint)
    return settledActivity({ kind: 'failed', why: 'a leg has no media yet' });
  const apart = apartness(one.endpoint, other.endpoint);
  if (apart !== undefined) return settledActivity({ kind: 'failed', why: apart });
  const bridge = new Bridge(one.endpoint, other.endpoint, context);
  bridge.watch(one, other);
  void Promise.all([one.endpoint.parted, other.endpoint.parted]).then(() => bridge.join());
  return { outcome: bridge.outcome, stop: () => bridge.stop() };
}

/** CHANNEL_BRIDGE is told by the thread of the first leg; that of the second is on its way then. */
const SECOND_LEG_MS = 100;

class Bridge {
  readonly #one: Endpoint;
  readonly #other: Endpoint;
  readonly #context: SwitchContext;
  readonly #outcome = new Outcome<BridgeOutcome>();
  /** Until both legs are in the bridge, the media server would hang one up instead of parting them. */
  readonly #joined = new Outcome<void>();

  constructor(one: Endpoint, other: Endpoint, context: SwitchContext) {
    this.#one = one;
    this.#other = other;
    this.#context = context;
  }

  get outcome(): Promise<BridgeOutcome> {
    return this.#outcome.promise;
  }

  watch(one: SwitchLeg, other: SwitchLeg): void {
    const releases = [one, other].map((leg) =>
      leg.life.onEnd(() => this.#outcome.settle({ kind: 'leg-ended', legId: leg.id })),
    );
    releases.push(
      this.#one.media.watch(this.#one.uuid, ({ name }) => {
        if (name === 'CHANNEL_BRIDGE') this.#context.clock.after(SECOND_LEG_MS, () => this.#joined.settle());
      }),
    );
    one.partner = other;
    other.partner = one;
    void this.outcome.then(() => {
      for (const release of releases) release();
      for (const leg of [one, other])
        if (leg.partner === (leg === one ? other : one)) leg.partner = undefined;
    });
  }

  stop(): void {
    const { clock, deadlines } = this.#context;
    const joined = () => Promise.race([this.#joined.promise, this.outcome]);
    const parted = settle(joined, { clock, deadlineMs: deadlines.commandMs }).then(() => this.#part());
    // A bridge that follows at once (a transfer) would be undone together with this one.
    for (const endpoint of [this.#one, this.#other]) endpoint.parted = parted;
  }

  async join(): Promise<void> {
    if (this.#outcome.settled) return;
    await Promise.all([leaveRoom(this.#one), leaveRoom(this.#other)]);
    const joined = await this.#one.api('uuid_bridge', `${this.#one.uuid} ${this.#other.uuid}`);
    if (joined.kind === 'ended' || (joined.kind === 'value' && joined.value.startsWith('+OK'))) return;
    this.#outcome.settle({
      kind: 'failed',
      why: joined.kind === 'value' ? joined.value.trim() : whyOf(joined, 'uuid_bridge'),
    });
  }

  async #part(): Promise<void> {
    if (this.#outcome.settled) return;
    if (this.#one.room !== undefined) await Promise.all([leaveRoom(this.#one), leaveRoom(this.#other)]);
    else if (!(await this.#one.media.part(this.#one.uuid)))
      this.#context.logger.warn({ channel: this.#one.uuid }, 'unbridge not confirmed');
    this.#outcome.settle({ kind: 'stopped' });
  }
}
