/**
 * One call of the phone, in or out: its state, its media port, and what may be done in it. How it comes about is the
 * business of incoming-call.ts and outgoing-call.ts; this is what both become. Owned by open-phone.ts.
 */
import { defer, type Deferred } from '../media/deferred.js';
import type { MediaPort, Playback, Source } from '../media/api.js';
import type { SipClock, SipDialog } from '../sip/api.js';
import type { SipRequest, SipResponse } from '../wire/sip-types.js';
import type { CallEnd, DigitWay, PhoneCall, PhoneCallState, TalkScript } from './api.js';
import { DTMF_RELAY, readDtmfInfo, writeDtmfInfo } from './dtmf-info.js';
import type { Negotiation } from './negotiation.js';
import type { PhoneEventName, PhoneLog } from './phone-log.js';
import { Talk } from './talk.js';

type CallInput = 'answered' | 'hold' | 'resume' | 'ended';

const MOVES: Readonly<Record<PhoneCallState, Readonly<Partial<Record<CallInput, PhoneCallState>>>>> = {
  calling: { answered: 'talking', ended: 'ended' },
  ringing: { answered: 'talking', ended: 'ended' },
  talking: { hold: 'held', ended: 'ended' },
  held: { resume: 'talking', ended: 'ended' },
  ended: {},
};

export interface CallParts {
  readonly number: number;
  readonly direction: 'in' | 'out';
  readonly callId: string;
  readonly remoteUri: string;
  readonly request: SipRequest | undefined;
  readonly port: MediaPort;
  readonly negotiation: Negotiation;
  readonly script: TalkScript;
  readonly clock: SipClock;
  readonly log: PhoneLog;
  /** Ends a call that is not answered yet: CANCEL or a final status. */
  readonly giveUp: () => void;
}

export class Call implements PhoneCall {
  readonly #parts: CallParts;
  readonly #answered: Deferred<'answered' | 'not-answered'> = defer();
  readonly #ended: Deferred<CallEnd> = defer();
  #state: PhoneCallState;
  #dialog: SipDialog | undefined;
  #talk: Talk | undefined;
  #digits = '';

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#state = parts.direction === 'in' ? 'ringing' : 'calling';
    this.note('invited', parts.remoteUri);
  }

  get number(): number {
    return this.#parts.number;
  }

  get direction(): 'in' | 'out' {
    return this.#parts.direction;
  }

  get callId(): string {
    return this.#parts.callId;
  }

  get remoteUri(): string {
    return this.#parts.remoteUri;
  }

  get request(): SipRequest | undefined {
    return this.#parts.request;
  }

  get port(): MediaPort {
    return this.#parts.port;
  }

  get negotiation(): Negotiation {
    return this.#parts.negotiation;
  }

  get state(): PhoneCallState {
    return this.#state;
  }

  get digits(): string {
    return this.#digits;
  }

  get dialog(): SipDialog | undefined {
    return this.#dialog;
  }

  get answered(): Promise<'answered' | 'not-answered'> {
    return this.#answered.promise;
  }

  get ended(): Promise<CallEnd> {
    return this.#ended.promise;
  }

  /** The dialog is confirmed: from here on the script acts. */
  answer(dialog: SipDialog): void {
    this.#dialog = dialog;
    dialog.on({
      offer: (offer) => this.negotiation.answer(offer) ?? { status: 488 },
      request: (request) => this.#takeRequest(request),
      ended: (why) => {
        this.end({ by: why === 'local-bye' ? 'us' : why === 'remote-bye' ? 'them' : 'network' });
      },
    });
    if (this.#move('answered') === 'ignored') return;
    this.note('answered');
    this.#answered.resolve('answered');
    this.#talk = new Talk(this, this.#parts.script, this.#parts.clock);
    this.#talk.start();
  }

  /** The first reason counts. Frees the port; `ended` settles when its recordings are complete. */
  end(end: CallEnd): void {
    if (this.#move('ended') === 'ignored') return;
    this.note('ended', end.status === undefined ? end.by : `${end.by} ${end.status}`);
    this.#talk?.stop();
    this.#answered.resolve('not-answered');
    void this.port.close().then(() => {
      this.#ended.resolve(end);
    });
  }

  note(event: PhoneEventName, detail?: string): void {
    const { log, number, callId } = this.#parts;
    log.event(event, { call: number, callId, ...(detail !== undefined && { detail }) });
  }

  takeDigit(digit: string): void {
    this.#digits += digit;
    this.note('digit', digit);
  }

  async press(digits: string, by: DigitWay = 'rtp'): Promise<void> {
    if (by === 'rtp') return this.port.sendDigits(digits);
    for (const digit of digits) {
      await this.#dialog?.request('INFO', { headers: [DTMF_RELAY], body: writeDtmfInfo(digit) });
    }
  }

  play(source: Source): Playback {
    return this.port.play(source);
  }

  hold(): Promise<'done' | 'refused'> {
    return this.#reinvite('hold');
  }

  resume(): Promise<'done' | 'refused'> {
    return this.#reinvite('resume');
  }

  async transfer(target: string | PhoneCall): Promise<'accepted' | 'refused'> {
    const referTo = typeof target === 'string' ? target : replacing(target);
    if (referTo === undefined) return 'refused';
    const headers = [{ name: 'Refer-To', value: `<${referTo}>` }];
    return isSuccess(await this.#dialog?.request('REFER', { headers })) ? 'accepted' : 'refused';
  }

  async hangUp(): Promise<CallEnd> {
    if (this.#dialog) await this.#dialog.bye();
    else this.#parts.giveUp();
    return this.ended;
  }

  async #reinvite(input: 'hold' | 'resume'): Promise<'done' | 'refused'> {
    if (!this.#dialog || !MOVES[this.#state][input]) return 'refused';
    const wanted = input === 'hold' ? 'sendonly' : 'sendrecv';
    const response = await this.#dialog.reinvite({ body: this.negotiation.offer(wanted) });
    const isAgreed = isSuccess(response) && this.negotiation.apply(response.body, wanted) === 'agreed';
    if (!isAgreed || this.#move(input) === 'ignored') return 'refused';
    this.note(input === 'hold' ? 'held' : 'resumed');
    return 'done';
  }

  #takeRequest(request: SipRequest): { readonly status: number } {
    const dtmf = readDtmfInfo(request);
    if (dtmf) this.port.injectDigit(dtmf.digit, dtmf.durationSamples);
    // Progress of a transfer: the body is the status line of the new call (RFC 3515 §2.4.5).
    if (request.method === 'NOTIFY') this.note('transfer', request.body.trim());
    return { status: dtmf || ACCEPTED.has(request.method) ? 200 : 501 };
  }

  #move(input: CallInput): 'moved' | 'ignored' {
    const next = MOVES[this.#state][input];
    if (!next) return 'ignored';
    this.#state = next;
    return 'moved';
  }
}

const ACCEPTED = new Set(['INFO', 'NOTIFY', 'OPTIONS', 'MESSAGE']);

function isSuccess(response: SipResponse | undefined): response is SipResponse {
  return response !== undefined && response.status >= 200 && response.status < 300;
}

/** Refer-To of an attended transfer: the other call's far end, told to replace its dialog with us (RFC 3891 §3). */
function replacing(other: PhoneCall): string | undefined {
  const dialog = other instanceof Call ? other.dialog : undefined;
  if (!dialog) return undefined;
  const replaces = `${dialog.callId};to-tag=${dialog.remoteTag};from-tag=${dialog.localTag}`;
  return `${other.remoteUri}?Replaces=${encodeURIComponent(replaces)}`;
}
