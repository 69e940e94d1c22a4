/** One SIP session of this phone, from its first message to its end, as phone.ts wants to hear of it. */
import type { AnswerOptions, RTCSession } from 'jssip/lib/RTCSession.js';
import { closeMicrophone } from './microphone.js';
import { watchVoice } from './watch-voice.js';

const DIGIT_MS = 160;
const BROKEN: readonly RTCIceConnectionState[] = ['disconnected', 'failed'];

export interface TalkEvents {
  /** Answered; the voice is on its way. */
  answered(): void;
  /** The voice has found its way. */
  talking(): void;
  held(held: 'yes' | 'no'): void;
  /** The other side's sound is there. */
  heard(): void;
  /** Nothing comes any more, not even silence. */
  quiet(): void;
  over(cause: string, by: 'us' | 'them'): void;
}

export interface ReferEvents {
  accepted(): void;
  /** Undefined: no answer to the request itself. */
  failed(sipStatus: number | undefined): void;
}

/** Of JsSIP, which its types leave out. */
interface InDialog {
  sendRequest(
    method: string,
    options: { extraHeaders: string[]; eventHandlers: Record<string, () => void> },
  ): void;
}

export class Talk {
  readonly #session: RTCSession;
  readonly #events: TalkEvents;
  #microphone: MediaStream | undefined;
  #sound: MediaStream | undefined;
  #stopWatching: () => void = () => undefined;
  readonly #over: Promise<void>;

  /** `microphone`: of a call that we make; it is closed with the talk. */
  constructor(session: RTCSession, events: TalkEvents, microphone?: MediaStream) {
    this.#session = session;
    this.#events = events;
    this.#microphone = microphone;
    this.#over = new Promise((resolve) => {
      for (const name of ['ended', 'failed'] as const)
        session.on(name, ({ cause, originator }) => {
          this.leave();
          events.over(cause, (originator as string) === 'local' ? 'us' : 'them');
          resolve();
        });
    });
    this.#follow();
  }

  get sound(): MediaStream | undefined {
    return this.#sound;
  }

  get isMuted(): boolean {
    return this.#session.isMuted().audio === true;
  }

  /** A microphone of its own for another talk: JsSIP stops the tracks of the one that is held. */
  get microphoneCopy(): MediaStream | undefined {
    const copy = this.#microphone?.clone();
    for (const track of copy?.getTracks() ?? []) track.enabled = true;
    return copy;
  }

  answer(microphone: MediaStream, options: AnswerOptions): void {
    this.#microphone = microphone;
    this.#session.answer({ ...options, mediaStream: microphone });
  }

  end(sipStatus?: number): void {
    if (!this.#session.isEnded())
      this.#session.terminate(sipStatus === undefined ? {} : { status_code: sipStatus });
  }

  /** Neither heard nor hearing, without a word to the other side: `end` follows. */
  leave(): void {
    this.#stopWatching();
    if (this.#microphone !== undefined) closeMicrophone(this.#microphone);
  }

  press(key: string): void {
    this.#session.sendDTMF(key, { transportType: 'RFC2833' as never, duration: DIGIT_MS });
  }

  mute(): void {
    this.#session.mute({ audio: true });
  }

  unmute(): void {
    this.#session.unmute({ audio: true });
  }

  /** Settles with the other side's answer, and at the end of the talk. `not-now`: another change is under way. */
  async hold(): Promise<'held' | 'not-now'> {
    if (this.#session.isOnHold().local) return 'held';
    const answered = new Promise<'held' | 'not-now'>((settle) => {
      if (!this.#session.hold({}, () => settle('held'))) settle('not-now');
    });
    return Promise.race([answered, this.#over.then(() => 'not-now' as const)]);
  }

  resume(): void {
    this.#session.unhold();
  }

  /** `replaces`: the talk with whom the other side is to be connected. */
  refer(address: string, events: ReferEvents, replaces?: Talk): void {
    const refused = ({ response }: { response: { status_code?: number } | null }): void =>
      events.failed(response?.status_code);
    const failed = ({ status_line }: { status_line: { status_code: number } }): void =>
      events.failed(status_line.status_code);
    this.#session.refer(address, {
      eventHandlers: { requestFailed: refused, accepted: events.accepted, failed },
      ...(replaces && { replaces: replaces.#session }),
    });
  }

  /**
   * Another connection than before. The other side may have gone meanwhile, which its answer tells (481), and it is to know
   * where we are now (target refresh, RFC 3311); the voice may need another way, too.
   */
  refresh(): void {
    const session = this.#session;
    if (!session.isEstablished()) return;
    if (BROKEN.includes(session.connection.iceConnectionState))
      session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
    else
      (session as unknown as InDialog).sendRequest('UPDATE', {
        extraHeaders: [`Contact: ${session.contact}`],
        eventHandlers: { onDialogError: () => this.end() },
      });
  }

  #follow(): void {
    const session = this.#session;
    const hear = (connection: RTCPeerConnection): void =>
      connection.addEventListener('track', ({ streams: [stream] }) => {
        this.#sound = stream;
        this.#events.heard();
      });
    // An outgoing call has its connection already; the type does not know of those that have none.
    const connection = session.connection as RTCPeerConnection | null;
    if (connection !== null) hear(connection);
    session.on('peerconnection', ({ peerconnection }) => hear(peerconnection));
    session.on('accepted', () => this.#events.answered());
    session.on('confirmed', () => this.#confirmed());
    session.on('hold', () => this.#events.held('yes'));
    session.on('unhold', () => this.#events.held('no'));
  }

  /** Digits that are pressed before DTLS is through would be lost: the talk begins with the voice. */
  #confirmed(): void {
    const { connection } = this.#session;
    const look = (): void => {
      if (connection.connectionState !== 'connected' || this.#session.isEnded()) return;
      connection.removeEventListener('connectionstatechange', look);
      const isExpected = (): boolean => !this.#session.isOnHold().local;
      this.#stopWatching = watchVoice(connection, isExpected, () => this.#events.quiet());
      this.#events.talking();
    };
    connection.addEventListener('connectionstatechange', look);
    look();
  }
}
