/** Two channels of one media server joined by uuid_bridge: a talk, or the part of one up to a tie line. */
import type { Endpoint } from '../legs/endpoint.js';
import { Outcome, whyOf } from '../lifetime.js';
import type { SwitchContext } from '../context.js';
import { leaveRoom } from './room.js';

/** CHANNEL_BRIDGE is told by the thread of the first leg; that of the second is on its way then. */
const SECOND_LEG_MS = 100;

export class Joint {
  readonly #one: Endpoint;
  readonly #other: Endpoint;
  readonly #context: SwitchContext;
  /** Until both are in the bridge, the media server would hang one up instead of parting them. */
  readonly #formed = new Outcome<void>();
  readonly #unwatch: () => void;

  constructor(one: Endpoint, other: Endpoint, context: SwitchContext) {
    this.#one = one;
    this.#other = other;
    this.#context = context;
    this.#unwatch = one.media.watch(one.uuid, ({ name }) => {
      if (name === 'CHANNEL_BRIDGE') context.clock.after(SECOND_LEG_MS, () => this.#formed.settle());
    });
    one.peer = other;
    other.peer = one;
  }

  /** Settles when it may be parted; never for one that did not come to be. */
  get formed(): Promise<void> {
    return this.#formed.promise;
  }

  /** Answers why not; undefined: it is asked for, or a channel has ended and says so itself. */
  async join(): Promise<string | undefined> {
    const joined = await this.#one.api('uuid_bridge', `${this.#one.uuid} ${this.#other.uuid}`);
    if (joined.kind === 'ended' || (joined.kind === 'value' && joined.value.startsWith('+OK')))
      return undefined;
    return joined.kind === 'value' ? joined.value.trim() : whyOf(joined, 'uuid_bridge');
  }

  /** Both wait for what comes next. */
  async part(): Promise<void> {
    if (this.#one.room !== undefined) await Promise.all([leaveRoom(this.#one), leaveRoom(this.#other)]);
    else if (!(await this.#one.media.part(this.#one.uuid)))
      this.#context.logger.warn({ channel: this.#one.uuid }, 'unbridge not confirmed');
  }

  /** Nobody looks after it any more. */
  letGo(): void {
    this.#unwatch();
    for (const [end, peer] of [[this.#one, this.#other] as const, [this.#other, this.#one] as const])
      if (end.peer === peer) end.peer = undefined;
  }
}
