/**
 * The phone of this tab: one call at a time, and beside it the consultation before a transfer. It lives outside of React, so
 * that a talk goes on while other tabs of the console are looked at; the page subscribes to its state.
 */
import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { Softphone } from '../records.js';
import type { Account } from './account.js';
import { Line } from './line.js';
import { closeMicrophone, openMicrophone } from './microphone.js';
import { SIGNED_OUT, type Consultation, type PhoneCall, type PhoneState } from './phone-state.js';
import { endingText, refusalText, transferText } from './phone-words.js';
import { ring } from './ringtone.js';
import { Talk, type ReferEvents } from './talk.js';

/** How long an ended call stays on the page. */
const AFTERGLOW_MS = 4000;
const BUSY = 486;
const DECLINED = 603;

export class Phone {
  /** Of the microphone that was chosen. */
  deviceId: string | undefined;
  #state: PhoneState = SIGNED_OUT;
  readonly #listeners = new Set<() => void>();
  readonly #speaker = speaker();
  #line: Line | undefined;
  #talk: Talk | undefined;
  /** The colleague who is asked while the other side is on hold. */
  #consulted: Talk | undefined;
  #stopRinging: () => void = () => undefined;
  #afterglow: ReturnType<typeof setTimeout> | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly read = (): PhoneState => this.#state;

  signIn(settings: Softphone, account: Account): void {
    this.signOut();
    this.#change({ line: 'connecting', user: account.user });
    this.#line = new Line(settings, account, {
      registered: () => this.#registered(),
      refused: (sipStatus) => this.#change({ line: 'refused', problem: refusalText(sipStatus) }),
      lost: () => this.#lost(),
      incoming: (session, callId) => this.#rings(session, callId),
    });
  }

  signOut(): void {
    for (const talk of [this.#talk, this.#consulted]) talk?.end();
    this.#line?.close();
    this.#line = undefined;
    this.#state = { ...SIGNED_OUT, volume: this.#state.volume };
    this.#change({});
  }

  async accept(): Promise<void> {
    const talk = this.#talk;
    if (talk === undefined || this.#state.call?.state !== 'ringing') return;
    this.#changeCall({ state: 'answering' });
    const microphone = await this.#openMicrophone('ringing');
    if (microphone === undefined) return;
    // It may have stopped ringing while the person was asked for the microphone.
    if (talk === this.#talk) talk.answer(microphone, this.#media());
    else closeMicrophone(microphone);
  }

  async dial(target: string): Promise<void> {
    const line = this.#line;
    if (line === undefined || this.#talk !== undefined || target.trim() === '') return;
    const microphone = await this.#openMicrophone('ended');
    if (microphone === undefined) return;
    if (this.#talk !== undefined) {
      closeMicrophone(microphone);
      return;
    }
    const { session, id } = line.call(target, { ...this.#media(), mediaStream: microphone });
    this.#begin(session, { direction: 'outgoing', id }, microphone);
  }

  /** Declines a ringing call, ends a talk. */
  hangUp(): void {
    const { call } = this.#state;
    if (call?.direction === 'incoming' && call.state === 'ringing') this.#talk?.end(DECLINED);
    // The colleague last: without him the other side would be taken back.
    else for (const talk of [this.#talk, this.#consulted]) this.#end(talk);
  }

  press(key: string): void {
    if (this.#state.call?.state === 'talking') this.#heardTalk?.press(key);
  }

  toggleMute(): void {
    const talk = this.#heardTalk;
    const muted = this.#state.call?.microphone === 'muted';
    if (muted) talk?.unmute();
    else talk?.mute();
    this.#changeCall({ microphone: muted ? 'on' : 'muted' });
  }

  toggleHold(): void {
    const talk = this.#talk;
    const isHeld = this.#state.call?.held === 'yes';
    this.#line?.whenOpen(() => void (isHeld ? talk?.resume() : talk?.hold()));
  }

  /** The talk goes on until somebody answers there. */
  transfer(to: string): void {
    const line = this.#line;
    if (line?.isOpen !== true) return;
    this.#changeCall({ transfer: { state: 'asked', to } });
    this.#talk?.refer(line.addressOf(to), this.#referred(to));
  }

  /** Holds the other side and calls the colleague; then `connect` or `takeBack`. */
  async consult(to: string): Promise<void> {
    const [line, talk] = [this.#line, this.#talk];
    if (line?.isOpen !== true || talk === undefined || this.#state.call?.consultation !== undefined) return;
    this.#changeCall({ consultation: { with: to, state: 'ringing' } }, ['transfer']);
    const held = await talk.hold();
    if (talk !== this.#talk) return;
    const microphone = talk.microphoneCopy;
    if (held === 'not-now' || microphone === undefined) {
      const why = 'The talk could not be put on hold; try again.';
      this.#changeCall({ transfer: { state: 'failed', to, why } }, ['consultation']);
      return;
    }
    const { session, id } = line.call(to, { ...this.#media(), mediaStream: microphone });
    this.#changeCall({ microphone: 'on', consultation: { id, with: to, state: 'ringing' } });
    this.#consulted = this.#follow(session, microphone);
  }

  /** The other side with the colleague; we leave. Also while his phone still rings. */
  connect(): void {
    const [line, consulted, to] = [this.#line, this.#consulted, this.#state.call?.consultation?.with];
    if (line?.isOpen !== true || consulted === undefined || to === undefined) return;
    this.#changeCall({ transfer: { state: 'asked', to } });
    this.#talk?.refer(line.addressOf(to), this.#referred(to), consulted);
  }

  takeBack(): void {
    this.#end(this.#consulted);
  }

  setVolume(volume: number): void {
    this.#speaker.volume = volume;
    this.#change({ volume });
  }

  get #heardTalk(): Talk | undefined {
    return this.#consulted ?? this.#talk;
  }

  #media() {
    return { pcConfig: { iceServers: this.#line?.settings.ice_servers ?? [] } };
  }

  async #openMicrophone(otherwise: PhoneCall['state']): Promise<MediaStream | undefined> {
    try {
      return await openMicrophone(this.deviceId);
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      if (this.#state.call === undefined) this.#change({ problem: note });
      else this.#changeCall({ state: otherwise, note });
      return undefined;
    }
  }

  #registered(): void {
    const isBack = this.#state.line === 'lost';
    this.#change({ line: 'registered' }, ['problem']);
    if (!isBack) return;
    this.#talk?.refresh();
    this.#consulted?.refresh();
    if (this.#state.call?.transfer?.state === 'asked') this.#forgetTransfer();
  }

  /** How it came out was told while there was no line: the talk is over, or can be transferred again. */
  #forgetTransfer(): void {
    this.#changeCall({}, ['transfer']);
    if (this.#consulted === undefined) this.#resume();
  }

  #lost(): void {
    if (this.#state.line === 'refused') return;
    const problem = `No connection to ${this.#line?.settings.web_socket ?? 'the switch'}: trying again.`;
    this.#change({ line: 'lost', problem });
  }

  #rings(session: RTCSession, id: string): void {
    if (this.#talk !== undefined) {
      session.terminate({ status_code: BUSY });
      return;
    }
    this.#begin(session, { direction: 'incoming', id });
    this.#stopRinging = ring();
  }

  #begin(session: RTCSession, about: Pick<PhoneCall, 'direction' | 'id'>, microphone?: MediaStream): void {
    clearTimeout(this.#afterglow);
    const { display_name: name, uri } = session.remote_identity;
    const told = { name: name ?? '', number: uri.user, microphone: 'on', held: 'no' } as const;
    this.#change({ call: { ...about, ...told, state: 'ringing' } });
    this.#talk = this.#follow(session, microphone);
  }

  #follow(session: RTCSession, microphone: MediaStream | undefined): Talk {
    const talk: Talk = new Talk(
      session,
      {
        answered: () => this.#moved(talk, { state: 'answering' }),
        talking: () => this.#moved(talk, { state: 'talking', since: Date.now() }),
        held: (held) => {
          if (talk === this.#talk) this.#changeCall({ held });
        },
        heard: () => this.#hear(),
        quiet: () => this.#end(talk),
        over: (cause, by) => this.#ended(talk, cause, by),
      },
      microphone,
    );
    return talk;
  }

  #moved(talk: Talk, now: Pick<Consultation, 'state' | 'since'>): void {
    const { consultation } = this.#state.call ?? {};
    if (talk === this.#consulted && consultation !== undefined)
      this.#changeCall({ consultation: { ...consultation, ...now } });
    if (talk !== this.#talk) return;
    this.#silence();
    this.#changeCall(now, ['note']);
  }

  /** While the line is down the switch is told when it is back. */
  #end(talk: Talk | undefined): void {
    if (talk === undefined || this.#line?.isOpen === true) {
      talk?.end();
      return;
    }
    talk.leave();
    this.#line?.whenOpen(() => talk.end());
    this.#ended(talk, '', 'us');
  }

  #ended(talk: Talk, cause: string, by: 'us' | 'them'): void {
    if (talk === this.#consulted) this.#consultationOver(cause, by);
    else if (talk === this.#talk) this.#over(cause);
  }

  #referred(to: string): ReferEvents {
    return {
      accepted: () => this.#changeCall({ transfer: { state: 'done', to } }),
      failed: (sipStatus) => {
        this.#changeCall({ transfer: { state: 'failed', to, why: transferText(to, sipStatus) } });
        if (this.#consulted === undefined) this.#resume();
      },
    };
  }

  get #isGiven(): boolean {
    const { transfer } = this.#state.call ?? {};
    return transfer?.state === 'asked' || transfer?.state === 'done';
  }

  /** When it was given away, the end of the talk follows, or the reason why not. */
  #consultationOver(cause: string, by: 'us' | 'them'): void {
    this.#consulted = undefined;
    if (this.#isGiven) return;
    const to = this.#state.call?.consultation?.with ?? '';
    if (by === 'them')
      this.#changeCall({ transfer: { state: 'failed', to, why: `${to}: ${endingText(cause)}` } });
    this.#resume();
  }

  /** Back to the other side, who was on hold for a consultation. */
  #resume(): void {
    const talk = this.#talk;
    if (this.#state.call?.consultation === undefined || talk === undefined) return;
    this.#changeCall({ microphone: talk.isMuted ? 'muted' : 'on' }, ['consultation']);
    this.#hear();
    this.#line?.whenOpen(() => talk.resume());
  }

  #hear(): void {
    this.#speaker.srcObject = this.#heardTalk?.sound ?? null;
    void this.#speaker.play().catch((error: unknown) => {
      // Another sound may have taken the place of this one before it began (AbortError).
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.#askForClick();
    });
  }

  /** Browsers play nothing on a page that nobody has touched. */
  #askForClick(): void {
    this.#changeCall({ note: 'Click the page to hear the talk.' });
    const listen = (): void => {
      this.#changeCall({}, ['note']);
      this.#hear();
    };
    document.addEventListener('pointerdown', listen, { once: true });
  }

  #silence(): void {
    this.#stopRinging();
    this.#stopRinging = () => undefined;
  }

  #over(cause: string): void {
    this.#silence();
    const { transfer, consultation } = this.#state.call ?? {};
    if (this.#consulted !== undefined && consultation?.id !== undefined && !this.#isGiven) {
      this.#goOnConsulting(this.#consulted, { ...consultation, id: consultation.id });
      return;
    }
    this.#talk = undefined;
    this.#speaker.srcObject = null;
    const note = transfer?.state === 'done' ? `Transferred to ${transfer.to}.` : endingText(cause);
    this.#changeCall({ state: 'ended', note }, ['consultation']);
    this.#afterglow = setTimeout(() => this.#change({}, ['call']), AFTERGLOW_MS);
  }

  /** The other side has left; the colleague is still there. */
  #goOnConsulting(talk: Talk, { id, with: number, state, since }: Consultation & { id: string }): void {
    this.#consulted = undefined;
    this.#talk = talk;
    const told = { direction: 'outgoing', name: '', number, microphone: 'on', held: 'no' } as const;
    const call = { id, ...told, state, note: 'The other side has hung up; your colleague is still there.' };
    this.#change({ call: since === undefined ? call : { ...call, since } });
  }

  #changeCall(
    change: Partial<PhoneCall>,
    gone: readonly ('note' | 'consultation' | 'transfer')[] = [],
  ): void {
    const { call } = this.#state;
    if (call !== undefined) this.#change({ call: without({ ...call, ...change }, gone) });
  }

  #change(change: Partial<PhoneState>, gone: readonly ('problem' | 'call')[] = []): void {
    this.#state = without({ ...this.#state, ...change }, gone);
    for (const listener of this.#listeners) listener();
  }
}

function without<T extends object>(state: T, gone: readonly (keyof T)[]): T {
  const rest = { ...state };
  for (const name of gone) delete rest[name];
  return rest;
}

function speaker(): HTMLAudioElement {
  const audio = document.createElement('audio');
  audio.autoplay = true;
  audio.dataset['softphone'] = 'speaker';
  document.body.append(audio);
  return audio;
}
