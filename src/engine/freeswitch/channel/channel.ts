/**
 * One leg: its states, names, variables, media port and thread. It knows how to change state, hang up and fire events
 * about itself; what it does in each state is in run-channel.ts, what applications do in applications/.
 */
import type { MediaPort, Playback } from '../../../media/api.js';
import type { Core } from '../core.js';
import type { CallingSite } from '../events/calling-sites.js';
import type { MutableHeaders } from '../events/event-bus.js';
import { NO_TIMES, type CallerProfile, type CallTimes } from './caller-profile.js';
import { basicHeaders, channelHeaders } from './channel-headers.js';
import { DigitQueue } from './digit-queue.js';
import type { DigitMachine } from './digit-machine.js';
import type { HangupCauseName } from './hangup-causes.js';
import type { LegPair } from './leg-pair.js';
import type { RecordingSession } from './recording-session.js';
import { SessionThread } from './session-thread.js';
import {
  CALL_STATE_NUMBERS,
  moveState,
  type AnswerState,
  type CallState,
  type ChannelState,
} from './states.js';
import { Variables } from './variables.js';

/** Who asked for the end: it decides what the controller of the channel still gets to see. */
export type HangupOrigin = 'application' | 'signal' | 'outside';

/** The SIP side of the leg, as the channel needs it. */
export interface Signalling {
  /** 200 with our answer (or our offer, for an INVITE without SDP). `refused` has hung the channel up. */
  answer(): Promise<'answered' | 'refused'>;
  /** BYE, or the final refusal of an INVITE not yet answered. Nothing when the far end has left. */
  end(cause: HangupCauseName): void;
}

/** Somebody who ends with the channel: its outbound event socket, an eavesdropper. */
export interface ChannelWatcher {
  /** The channel was hung up from outside its thread, whose last events are still to come. */
  channelCut(): void;
  /** The thread's last event has been fired. */
  channelOver(): void;
}

export interface OtherLeg {
  readonly type: 'originator' | 'originatee';
  readonly profile: CallerProfile;
}

export class Channel {
  readonly core: Core;
  readonly uuid: string;
  readonly name: string;
  readonly sessionId: number;
  readonly signalling: Signalling;
  readonly thread: SessionThread;
  readonly variables = new Variables();
  readonly digits: DigitQueue;
  readonly watchers = new Set<ChannelWatcher>();
  readonly recordings = new Map<string, RecordingSession>();
  /** Files that replace the talk for the far end, by path (uuid_displace). */
  readonly displaced = new Map<string, Playback>();
  profile: CallerProfile;
  callUuid: string;
  otherLeg: OtherLeg | undefined;
  pair: LegPair | undefined;
  digitMachine: DigitMachine | undefined;
  port: MediaPort | undefined;
  /** PCMU or PCMA once negotiated. */
  codecName: string | undefined;
  /** Names shown as read codec while an application reads linear samples (eavesdrop). */
  readCodecName: string | undefined;
  /** Set while digits are listened for in the audio (start_dtmf). */
  stopInbandDtmf: (() => void) | undefined;
  hangupCause: HangupCauseName | undefined;
  hangupOrigin: HangupOrigin | undefined;
  /** `uuid_break` waits for the next prompt to take notice. */
  breakRequest: 'none' | 'break' = 'none';
  /** Whether park is still controlled by somebody; it ends when its controller goes. */
  control: 'none' | 'controlled' = 'none';
  /** Settles when the thread has ended; set by whoever starts it. */
  over: Promise<void> = Promise.resolve();
  lastApplication = '';
  lastArgument = '';
  #state: ChannelState = 'CS_NEW';
  #runningState: ChannelState = 'CS_NEW';
  #callState: CallState = 'DOWN';
  #answerState: AnswerState = 'ringing';

  constructor(
    core: Core,
    identity: {
      readonly uuid: string;
      readonly sessionId: number;
      readonly profile: CallerProfile;
      readonly signalling: Signalling;
    },
  ) {
    this.core = core;
    this.uuid = identity.uuid;
    this.callUuid = identity.uuid;
    this.name = identity.profile.channelName;
    this.sessionId = identity.sessionId;
    this.profile = identity.profile;
    this.signalling = identity.signalling;
    this.thread = new SessionThread(core.clock);
    this.digits = new DigitQueue(this);
  }

  get state(): ChannelState {
    return this.#state;
  }

  get runningState(): ChannelState {
    return this.#runningState;
  }

  get callState(): CallState {
    return this.#callState;
  }

  get answerState(): AnswerState {
    return this.isUp ? this.#answerState : 'hangup';
  }

  set answerState(state: AnswerState) {
    this.#answerState = state;
  }

  get isUp(): boolean {
    return this.hangupCause === undefined;
  }

  /** False as soon as somebody hung the channel up or sent it elsewhere: applications return then. */
  get isReady(): boolean {
    return this.isUp && this.#state === this.#runningState;
  }

  /** Asks the thread to go to another state. */
  moveTo(state: ChannelState): void {
    this.#state = moveState(this.#state, state);
    this.thread.interrupt();
  }

  /** The thread has arrived. */
  enterState(): void {
    this.#runningState = this.#state;
    if (this.#state === 'CS_ROUTING') this.setCallState('RINGING');
    this.fire('CHANNEL_STATE', 'state', (headers) => {
      basicHeaders(headers, this);
    });
  }

  setCallState(state: CallState): void {
    const original = this.#callState;
    this.#callState = state;
    this.fire('CHANNEL_CALLSTATE', 'callState', (headers) => {
      headers['Original-Channel-Call-State'] = original;
      headers['Channel-Call-State-Number'] = String(CALL_STATE_NUMBERS[state]);
      basicHeaders(headers, this);
    });
  }

  stampTimes(times: Partial<CallTimes>): void {
    this.profile = { ...this.profile, times: { ...this.profile.times, ...times } };
  }

  /** Only the first hang-up counts. */
  hangup(cause: HangupCauseName, origin: HangupOrigin): void {
    if (!this.isUp) return;
    this.hangupCause = cause;
    this.hangupOrigin = origin;
    this.#state = 'CS_HANGUP';
    this.fire('CHANNEL_HANGUP', 'hangup', (headers) => {
      channelHeaders(headers, this);
    });
    if (origin === 'outside') for (const watcher of [...this.watchers]) watcher.channelCut();
    this.thread.stir();
  }

  /** An event about this channel; `fill` adds the channel's own headers where they belong. */
  fire(name: string, site: CallingSite, fill: (headers: MutableHeaders) => void): void {
    this.core.bus.fire({ name, site }, fill);
  }

  /** An event with all channel headers, then `extra`. */
  fireWithVariables(name: string, site: CallingSite, extra: MutableHeaders = {}): void {
    this.fire(name, site, (headers) => {
      channelHeaders(headers, this);
      Object.assign(headers, extra);
    });
  }
}

export function timesAt(created: number): CallTimes {
  return { ...NO_TIMES, created, profileCreated: created };
}
