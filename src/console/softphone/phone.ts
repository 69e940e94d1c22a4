/**
 * The phone of this tab: JsSIP registers, one call at a time. It lives outside of React, so that a talk goes on while other
 * tabs of the console are looked at; the page subscribes to its state.
 */
import { UA, WebSocketInterface } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession.js';
import type { RTCSessionEvent } from 'jssip/lib/UA.js';
import type { Softphone } from '../records.js';
import { instanceId, type Account } from './account.js';
import { closeMicrophone, openMicrophone } from './microphone.js';
import { endingText, refusalText, SIGNED_OUT, type PhoneCall, type PhoneState } from './phone-state.js';
import { ring } from './ringtone.js';
import { watchVoice } from './watch-voice.js';

/** Ringing ends by the switch's own time. */
const NO_ANSWER_SECONDS = 600;
const DIGIT_MS = 160;
/** How long an ended call stays on the page. */
const AFTERGLOW_MS = 4000;
const BROKEN: readonly RTCIceConnectionState[] = ['disconnected', 'failed'];

export class Phone {
  /** Of the microphone that was chosen. */
  deviceId: string | undefined;
  #state: PhoneState = SIGNED_OUT;
  readonly #listeners = new Set<() => void>();
  readonly #speaker = speaker();
  #line: { agent: UA; settings: Softphone } | undefined;
  #session: RTCSession | undefined;
  #microphone: MediaStream | undefined;
  #stopRinging: () => void = () => undefined;
  #stopWatching: () => void = () => undefined;
  #afterglow: ReturnType<typeof setTimeout> | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly read = (): PhoneState => this.#state;

  signIn(settings: Softphone, account: Account): void {
    this.signOut();
    const agent = new UA({
      sockets: [new WebSocketInterface(settings.web_socket ?? '')],
      uri: `sip:${account.user}@${settings.realm}`,
      authorization_user: account.user,
      realm: settings.realm,
      ha1: account.ha1,
      instance_id: instanceId(),
      session_timers: false,
      no_answer_timeout: NO_ANSWER_SECONDS,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 10,
      user_agent: 'Dialtrace softphone',
    });
    this.#line = { agent, settings };
    this.#change({ line: 'connecting', user: account.user });
    agent.on('registered', () => this.#registered());
    agent.on('registrationFailed', ({ response }) =>
      this.#refused(response as { status_code?: number } | null),
    );
    agent.on('disconnected', () => this.#lost());
    agent.on('newRTCSession', (event: RTCSessionEvent) => this.#met(event));
    agent.start();
  }

  signOut(): void {
    this.#session?.terminate();
    this.#line?.agent.removeAllListeners();
    this.#line?.agent.stop();
    this.#line = undefined;
    this.#state = { ...SIGNED_OUT, volume: this.#state.volume };
    this.#change({});
  }

  async accept(): Promise<void> {
    const session = this.#session;
    if (session === undefined || this.#state.call?.state !== 'ringing') return;
    this.#changeCall({ state: 'answering' });
    const microphone = await this.#openMicrophone('ringing');
    if (microphone === undefined || session !== this.#session) return;
    session.answer({ ...this.#media(microphone) });
  }

  async dial(target: string): Promise<void> {
    const line = this.#line;
    if (line === undefined || this.#session !== undefined || target.trim() === '') return;
    const microphone = await this.#openMicrophone('ended');
    if (microphone === undefined) return;
    line.agent.call(
      `sip:${target.replace(/[^\w+*#.-]/g, '')}@${line.settings.realm}`,
      this.#media(microphone),
    );
  }

  /** Declines a ringing call, ends a talk. */
  hangUp(): void {
    const isRinging = this.#state.call?.direction === 'incoming' && this.#state.call.state === 'ringing';
    if (this.#session?.isEnded() === false) this.#session.terminate(isRinging ? { status_code: 603 } : {});
  }

  press(key: string): void {
    if (this.#state.call?.state !== 'talking') return;
    this.#session?.sendDTMF(key, { transportType: 'RFC2833' as never, duration: DIGIT_MS });
  }

  toggleMute(): void {
    const muted = this.#state.call?.microphone === 'muted';
    if (muted) this.#session?.unmute({ audio: true });
    else this.#session?.mute({ audio: true });
    this.#changeCall({ microphone: muted ? 'on' : 'muted' });
  }

  toggleHold(): void {
    if (this.#state.call?.held === 'yes') this.#session?.unhold();
    else this.#session?.hold();
  }

  /** To whom, not when: the talk ends here once the switch has taken the request. */
  transfer(target: string): void {
    const realm = this.#line?.settings.realm ?? '';
    const refused = (): void => this.#changeCall({ transfer: 'refused' });
    this.#changeCall({ transfer: 'asked' });
    this.#session?.refer(`sip:${target.replace(/[^\w+*#.-]/g, '')}@${realm}`, {
      eventHandlers: { requestFailed: refused, failed: refused },
    });
  }

  setVolume(volume: number): void {
    this.#speaker.volume = volume;
    this.#change({ volume });
  }

  #media(mediaStream: MediaStream) {
    return { mediaStream, pcConfig: { iceServers: this.#line?.settings.ice_servers ?? [] } };
  }

  async #openMicrophone(otherwise: PhoneCall['state']): Promise<MediaStream | undefined> {
    try {
      this.#microphone = await openMicrophone(this.deviceId);
      return this.#microphone;
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      if (this.#state.call === undefined) this.#change({ problem: note });
      else this.#changeCall({ state: otherwise, note });
      return undefined;
    }
  }

  #registered(): void {
    this.#change({ line: 'registered' }, ['problem']);
    const connection = (this.#session?.connection ?? null) as RTCPeerConnection | null;
    // Another network than before: the voice looks for a new way, too.
    if (connection !== null && BROKEN.includes(connection.iceConnectionState))
      this.#session?.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
  }

  #refused(response: { status_code?: number } | null): void {
    // Without an answer the line is down, and JsSIP tries again.
    if (response === null) return;
    this.#line?.agent.stop();
    this.#change({ line: 'refused', problem: refusalText(response.status_code) });
  }

  #lost(): void {
    if (this.#state.line === 'refused') return;
    const problem = `No connection to ${this.#line?.settings.web_socket ?? 'the switch'}: trying again.`;
    this.#change({ line: 'lost', problem });
  }

  #met({ originator, session, request }: RTCSessionEvent): void {
    const isIncoming = (originator as string) === 'remote';
    if (this.#session !== undefined) {
      session.terminate({ status_code: 486 });
      return;
    }
    clearTimeout(this.#afterglow);
    this.#session = session;
    const { display_name: name, uri } = session.remote_identity;
    this.#change({
      call: {
        id: request.getHeader('call-id') ?? '',
        direction: isIncoming ? 'incoming' : 'outgoing',
        state: 'ringing',
        name: name ?? '',
        number: uri.user,
        microphone: 'on',
        held: 'no',
        transfer: 'none',
      },
    });
    if (isIncoming) this.#stopRinging = ring();
    this.#follow(session);
  }

  #follow(session: RTCSession): void {
    const hear = (connection: RTCPeerConnection): void =>
      connection.addEventListener('track', ({ streams: [stream] }) => this.#hear(stream));
    // An outgoing call has its connection already; the type does not know of those that have none.
    const connection = session.connection as RTCPeerConnection | null;
    if (connection !== null) hear(connection);
    session.on('peerconnection', ({ peerconnection }) => hear(peerconnection));
    session.on('accepted', () => this.#silence());
    session.on('confirmed', () => this.#confirmed(session));
    session.on('hold', () => this.#changeCall({ held: 'yes' }));
    session.on('unhold', () => this.#changeCall({ held: 'no' }));
    session.on('failed', ({ cause }) => this.#over(cause));
    session.on('ended', ({ cause }) => this.#over(cause));
  }

  /** Digits that are pressed before DTLS is through would be lost: the talk begins with the voice. */
  #confirmed(session: RTCSession): void {
    const { connection } = session;
    const look = (): void => {
      if (connection.connectionState !== 'connected' || session !== this.#session) return;
      connection.removeEventListener('connectionstatechange', look);
      this.#talking(session);
    };
    this.#changeCall({ state: 'answering' });
    connection.addEventListener('connectionstatechange', look);
    look();
  }

  #talking(session: RTCSession): void {
    this.#changeCall({ state: 'talking', since: Date.now() }, ['note']);
    const isExpected = (): boolean => this.#state.call?.held === 'no';
    this.#stopWatching = watchVoice(session.connection, isExpected, () => this.hangUp());
  }

  #hear(stream: MediaStream | undefined): void {
    this.#speaker.srcObject = stream ?? null;
    void this.#speaker.play().catch(() => this.#changeCall({ note: 'Click the page to hear the talk.' }));
  }

  #silence(): void {
    this.#stopRinging();
    this.#stopRinging = () => undefined;
  }

  #over(cause: string): void {
    this.#silence();
    this.#stopWatching();
    this.#session = undefined;
    this.#speaker.srcObject = null;
    if (this.#microphone !== undefined) closeMicrophone(this.#microphone);
    this.#microphone = undefined;
    this.#changeCall({ state: 'ended', note: endingText(cause) });
    this.#afterglow = setTimeout(() => this.#change({}, ['call']), AFTERGLOW_MS);
  }

  #changeCall(change: Partial<PhoneCall>, gone: readonly 'note'[] = []): void {
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
