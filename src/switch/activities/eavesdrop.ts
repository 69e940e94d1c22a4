/**
 * A supervisor in a talk. As a rule he hears it by FreeSWITCH's eavesdrop beside the watched leg, so that talk and
 * recording go on as they are; whom he speaks to is changed by keys, ours as his. While it listens his channel takes no
 * other command than a key. As one of three he sits in a conference with both parties (room.ts).
 */
import {
  KEY_OF_MODE,
  type EarMode,
  type MemberChange,
  type SupervisionMode,
} from '../../domain/calls/supervision.js';
import type { EavesdropActivity, EavesdropOutcome, Leg } from '../../app/ports/switch.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { SwitchLeg } from '../legs/leg.js';
import { Outcome, whyOf } from '../lifetime.js';
import { apartness } from './media.js';
import { settledActivity } from './play.js';
import { changeMember, enterRoom, leaveRoom } from './room.js';

/** Ends the application; the channel then waits for the next one. */
const LEAVE_KEY = '*';
const KEY_MS = 100;

/** Whom he speaks to from the first moment on: `aleg` is what the watched party says, `bleg` what it hears. */
const FIRST_MODE: Readonly<Record<EarMode, { readonly aleg: string; readonly bleg: string }>> = {
  listen: { aleg: 'false', bleg: 'false' },
  'whisper-client': { aleg: 'true', bleg: 'false' },
  whisper: { aleg: 'false', bleg: 'true' },
  barge: { aleg: 'true', bleg: 'true' },
};

export function eavesdropOn(
  supervisor: SwitchLeg,
  watched: SwitchLeg | undefined,
  mode: SupervisionMode,
  endpointOf: (leg: Leg) => Endpoint | undefined,
): EavesdropActivity {
  const nobody = { setMode: () => undefined, setMember: () => undefined };
  if (supervisor.life.ended || !watched || watched.life.ended)
    return { ...settledActivity({ kind: 'ended' }), ...nobody };
  if (!supervisor.endpoint || !watched.endpoint)
    return { ...settledActivity({ kind: 'failed', why: 'a leg has no media yet' }), ...nobody };
  const apart = apartness(supervisor.endpoint, watched.endpoint);
  if (apart !== undefined) return { ...settledActivity({ kind: 'failed', why: apart }), ...nobody };
  const presence = new Presence(supervisor.endpoint, watched);
  presence.change(mode);
  return {
    outcome: presence.outcome.promise,
    stop: () => presence.leave(),
    setMode: (next) => presence.change(next),
    setMember: (leg, change) => presence.setMember(endpointOf(leg), change),
  };
}

class Presence {
  readonly outcome = new Outcome<EavesdropOutcome>();
  readonly #endpoint: Endpoint;
  readonly #watched: SwitchLeg;
  /** `moving`: the end of the eavesdropping is not his leaving. */
  #place: 'nowhere' | 'ear' | 'moving' | 'room' = 'nowhere';
  #listening: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();

  constructor(endpoint: Endpoint, watched: SwitchLeg) {
    this.#endpoint = endpoint;
    this.#watched = watched;
    const release = endpoint.life.onEnd(() => this.outcome.settle({ kind: 'ended' }));
    void this.outcome.promise.then(release);
  }

  change(mode: SupervisionMode): void {
    if (mode !== 'three-way' && this.#place === 'ear') this.#press(KEY_OF_MODE[mode]);
    else this.#next(() => (mode === 'three-way' ? this.#sitDown() : this.#hear(mode)));
  }

  setMember(member: Endpoint | undefined, change: MemberChange): void {
    if (member !== undefined) this.#next(() => changeMember(member, change));
  }

  leave(): void {
    if (this.#place === 'ear') this.#press(LEAVE_KEY);
    else this.#next(() => this.#goAway());
  }

  /** One after another: each has to be done before the next can act. */
  #next(act: () => Promise<void>): void {
    this.#turn = this.#turn.then(() => (this.outcome.settled ? undefined : act()));
    this.#endpoint.parted = this.#turn;
  }

  async #hear(mode: EarMode): Promise<void> {
    if (this.#place === 'ear') {
      this.#press(KEY_OF_MODE[mode]);
      return;
    }
    await leaveRoom(this.#endpoint);
    this.#place = 'ear';
    this.#listening = this.#listen(mode);
  }

  async #listen(mode: EarMode): Promise<void> {
    const { aleg, bleg } = FIRST_MODE[mode];
    await this.#endpoint.set({
      eavesdrop_enable_dtmf: 'true',
      eavesdrop_whisper_aleg: aleg,
      eavesdrop_whisper_bleg: bleg,
    });
    const heard = await this.#endpoint.execute('eavesdrop', this.#watched.endpoint?.uuid ?? '');
    if (this.#place === 'moving') return;
    this.outcome.settle(
      heard.kind === 'value' || heard.kind === 'ended'
        ? { kind: 'ended' }
        : { kind: 'failed', why: whyOf(heard, 'eavesdrop') },
    );
  }

  async #sitDown(): Promise<void> {
    if (this.#place === 'room') return;
    if (this.#place === 'ear') {
      this.#place = 'moving';
      this.#press(LEAVE_KEY);
      await this.#listening;
    }
    const entered = await enterRoom(this.#endpoint, this.#watched);
    if (entered.kind === 'in') this.#place = 'room';
    else this.outcome.settle(entered);
  }

  async #goAway(): Promise<void> {
    if (this.#place === 'ear') {
      this.#press(LEAVE_KEY);
      return;
    }
    await leaveRoom(this.#endpoint);
    this.outcome.settle({ kind: 'ended' });
  }

  #press(key: string): void {
    if (!this.outcome.settled) void this.#endpoint.pressUnheard(key, KEY_MS);
  }
}
