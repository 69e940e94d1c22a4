/** Acts out a Reaction on a call that comes in: rings, answers, refuses, or leaves it ringing. Called by open-phone.ts. */
import type { IncomingCall, SipClock } from '../sip/api.js';
import type { Playback } from '../media/api.js';
import { headerOf } from '../wire/sip-message.js';
import type { Reaction, Ringing } from './api.js';
import type { Call } from './phone-call.js';

const PLAIN: Ringing = { kind: 'plain' };

/** Answers or ends `call` now or later; the end of the call undoes what is still to come. */
export function meetCall(incoming: IncomingCall, call: Call, reaction: Reaction, clock: SipClock): void {
  const meeting = new Meeting(incoming, call);
  if (reaction.kind !== 'unresponsive') meeting.expire(clock);
  switch (reaction.kind) {
    case 'unresponsive':
      return;
    case 'busy':
      meeting.refuse(486);
      return;
    case 'ring-only':
      meeting.ring(reaction.ringing);
      return;
    case 'answer':
      meeting.ring(reaction.ringing);
      meeting.later(clock, reaction.afterMs, () => {
        meeting.answer();
      });
      return;
    case 'reject':
      meeting.ring(reaction.ringing ?? { kind: 'none' });
      meeting.later(clock, reaction.afterMs, () => {
        meeting.refuse(reaction.status, reaction.reason);
      });
  }
}

class Meeting {
  readonly #incoming: IncomingCall;
  readonly #call: Call;
  #answerSdp: string | undefined;
  #earlyMedia: Playback | undefined;

  constructor(incoming: IncomingCall, call: Call) {
    this.#incoming = incoming;
    this.#call = call;
  }

  /** What comes next, unless the call is over before. */
  later(clock: SipClock, ms: number | undefined, next: () => void): void {
    const undo = clock.after(ms ?? 0, next);
    void this.#call.answered.then(undo);
  }

  /** An invitation may have an end, and then needs nobody to cancel it (RFC 3261 §13.3.1). */
  expire(clock: SipClock): void {
    const seconds = Number(headerOf(this.#incoming.request, 'Expires') ?? Number.NaN);
    if (seconds > 0) this.later(clock, seconds * 1000, () => this.refuse(487));
  }

  ring(ringing: Ringing = PLAIN): void {
    if (ringing.kind === 'none') return;
    const delivery = ringing.delivery ?? 'plain';
    if (ringing.kind === 'plain') this.#incoming.ring({ status: 180, delivery });
    else {
      const body = this.#negotiate();
      if (body === undefined) return;
      this.#incoming.ring({ status: 183, body, delivery });
      this.#earlyMedia = this.#call.play(ringing.source);
    }
    this.#call.note('ringing');
  }

  answer(): void {
    const body = this.#negotiate();
    if (body === undefined) {
      this.refuse(488);
      return;
    }
    this.#earlyMedia?.stop();
    const dialog = this.#incoming.answer({ body });
    this.#call.answer(dialog);
    if (this.#incoming.request.body !== '') return;
    void dialog.acknowledged.then((ack) => {
      if (ack.kind === 'ack') this.#call.negotiation.apply(ack.body);
    });
  }

  refuse(status: number, reason?: string): void {
    this.#incoming.reject(status, reason === undefined ? {} : { reason });
    this.#call.end({ by: 'us', status });
  }

  /** Our answer, or our offer when the INVITE has none; the same in 183 and 200 (RFC 3261 §13.3.1.4). */
  #negotiate(): string | undefined {
    const offer = this.#incoming.request.body;
    this.#answerSdp ??= offer === '' ? this.#call.negotiation.offer() : this.#call.negotiation.answer(offer);
    return this.#answerSdp;
  }
}
