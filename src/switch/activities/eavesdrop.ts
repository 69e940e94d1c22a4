/**
 * A supervisor in a talk. As a rule he hears it by FreeSWITCH's eavesdrop beside the watched leg, so that talk and
 * recording go on as they are; whom he speaks to is changed by keys, ours as his. While it listens his channel takes no
 * other command than a key. As one of three he sits in a conference with both parties (room.ts). A talk on another media
 * server is heard over a tie line: its end there is in his place.
 */
import {
  KEY_OF_MODE,
  type EarMode,
  type MemberChange,
  type SupervisionMode,
} from '../../domain/calls/supervision.js';
import type { EavesdropActivity, EavesdropOutcome } from '../../app/ports/switch.js';
import { messageOf } from '../../errors.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { SwitchLeg } from '../legs/leg.js';
import { openTieLine, type TieLine } from '../legs/tie-line.js';
import { Outcome, whyOf } from '../lifetime.js';
import { Joint } from './joint.js';
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
  context: SwitchContext,
): EavesdropActivity {
  const nobody = { setMode: () => undefined, setMember: () => undefined };
  if (supervisor.life.ended || !watched || watched.life.ended)
    return { ...settledActivity({ kind: 'ended' }), ...nobody };
  if (!supervisor.endpoint || !watched.endpoint)
    return { ...settledActivity({ kind: 'failed', why: 'a leg has no media yet' }), ...nobody };
  const presence = new Presence(supervisor.endpoint, watched.endpoint, context);
  presence.change(mode);
  return {
    outcome: presence.outcome.promise,
    stop: () => presence.leave(),
    setMode: (next) => presence.change(next),
    setMember: (leg, change) => presence.setMember(context.legs.get(leg.id)?.endpoint, change),
  };
}

class Presence {
  readonly outcome = new Outcome<EavesdropOutcome>();
  readonly #own: Endpoint;
  readonly #watched: Endpoint;
  readonly #context: SwitchContext;
  /** What hears and speaks for him on the talk's server: his own channel, or the end of a tie line. */
  #ear: Endpoint | undefined;
  #line: { readonly tie: TieLine; readonly joint: Joint } | undefined;
  /** `moving`: the end of the eavesdropping is not his leaving. */
  #place: 'nowhere' | 'ear' | 'moving' | 'room' = 'nowhere';
  #listening: Promise<void> = Promise.resolve();
  #turn: Promise<void> = Promise.resolve();

  constructor(own: Endpoint, watched: Endpoint, context: SwitchContext) {
    this.#own = own;
    this.#context = context;
    // The talk may reach his server already.
    this.#watched = watched.on(own.media) ?? watched;
    if (this.#watched.media === own.media) this.#ear = own;
    const release = own.life.onEnd(() => this.outcome.settle({ kind: 'ended' }));
    void this.outcome.promise.then(() => {
      release();
      this.#hangUpLine();
    });
  }

  change(mode: SupervisionMode): void {
    if (mode !== 'three-way' && this.#place === 'ear') this.#press(KEY_OF_MODE[mode]);
    else this.#next((ear) => (mode === 'three-way' ? this.#sitDown(ear) : this.#hear(ear, mode)));
  }

  setMember(member: Endpoint | undefined, change: MemberChange): void {
    this.#next((ear) => {
      const there = member?.on(ear.media);
      return there === undefined ? Promise.resolve() : changeMember(there, change);
    });
  }

  leave(): void {
    if (this.#line !== undefined) this.#hangUpLine();
    else if (this.#place === 'ear') this.#press(LEAVE_KEY);
    else this.#next((ear) => this.#goAway(ear));
  }

  /** One after another: each has to be done before the next can act. */
  #next(act: (ear: Endpoint) => Promise<void>): void {
    this.#turn = this.#turn.then(async () => {
      if (this.outcome.settled) return;
      const ear = (this.#ear ??= await this.#reachOver());
      if (ear !== undefined) await act(ear);
    });
    this.#own.parted = this.#turn;
  }

  /** Undefined: there is no way to the talk, and the outcome says so. */
  async #reachOver(): Promise<Endpoint | undefined> {
    try {
      const tie = await openTieLine(this.#own, this.#watched);
      const joint = new Joint(this.#own, tie.near, this.#context);
      this.#line = { tie, joint };
      tie.onBroken((why) => this.outcome.settle({ kind: 'failed', why }));
      const failure = await joint.join();
      if (failure !== undefined) throw new Error(failure);
      // Keys do not pass a bridge.
      this.#own.onMediaKey((digit) => {
        if (!this.outcome.settled) void tie.far.pressFor(digit, KEY_MS);
      });
      return tie.far;
    } catch (error) {
      const [here, there] = [this.#own.media.name, this.#watched.media.name];
      const why = `media servers ${here} and ${there} could not be joined: ${messageOf(error)}`;
      this.outcome.settle({ kind: 'failed', why });
      return undefined;
    }
  }

  async #hear(ear: Endpoint, mode: EarMode): Promise<void> {
    if (this.#place === 'ear') {
      this.#press(KEY_OF_MODE[mode]);
      return;
    }
    await leaveRoom(ear);
    this.#place = 'ear';
    this.#listening = this.#listen(ear, mode);
  }

  async #listen(ear: Endpoint, mode: EarMode): Promise<void> {
    const { aleg, bleg } = FIRST_MODE[mode];
    await ear.set({
      eavesdrop_enable_dtmf: 'true',
      eavesdrop_whisper_aleg: aleg,
      eavesdrop_whisper_bleg: bleg,
    });
    const heard = await ear.execute('eavesdrop', this.#watched.uuid);
    if (this.#place === 'moving') return;
    this.outcome.settle(
      heard.kind === 'value' || heard.kind === 'ended'
        ? { kind: 'ended' }
        : { kind: 'failed', why: whyOf(heard, 'eavesdrop') },
    );
  }

  async #sitDown(ear: Endpoint): Promise<void> {
    if (this.#place === 'room') return;
    if (this.#place === 'ear') {
      this.#place = 'moving';
      this.#press(LEAVE_KEY);
      await this.#listening;
    }
    const entered = await enterRoom(ear, this.#watched);
    if (entered.kind === 'in') this.#place = 'room';
    else this.outcome.settle(entered);
  }

  async #goAway(ear: Endpoint): Promise<void> {
    if (this.#place === 'ear') {
      this.#press(LEAVE_KEY);
      return;
    }
    await leaveRoom(ear);
    this.outcome.settle({ kind: 'ended' });
  }

  /** Without his end there he hears and is heard no more; he himself waits for what comes next. */
  #hangUpLine(): void {
    const line = this.#line;
    this.#line = undefined;
    if (line === undefined) return;
    const { tie, joint } = line;
    joint.letGo();
    const closed = (this.#own.life.ended ? Promise.resolve() : joint.part()).then(() => tie.close());
    this.#own.parted = closed;
    void closed.then(() => this.outcome.settle({ kind: 'ended' }));
  }

  #press(key: string): void {
    if (!this.outcome.settled) void this.#ear?.pressUnheard(key, KEY_MS);
  }
}
