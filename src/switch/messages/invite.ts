/**
 * One outgoing INVITE: sent, perhaps challenged and sent again, ringing, final. Its result settles once, also when the
 * connection is lost; an answer that comes after a CANCEL or after we gave up is acknowledged and ended with BYE.
 */
import { messageOf } from '../../errors.js';
import { answerChallenges } from '../phones/digest.js';
import type { OfferedDialog, SipHeaders, SrfDialog, SrfRequest, SrfResponse } from '../libraries.js';
import { Outcome } from '../lifetime.js';
import { longerInterval } from './session-timer.js';
import type { Signalling } from '../servers/signalling.js';

export interface InviteOptions {
  readonly uri: string;
  /** Next hop when it is not the URI's host. */
  readonly proxy?: string;
  readonly headers: Readonly<SipHeaders>;
  /** Undefined: the called party offers in its 200, and `offered` answers. */
  readonly sdp?: string;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Random text for the digest. */
  readonly cnonce: string;
}

export interface InviteEvents {
  /** The request as it left, again after a challenge. */
  sent(request: SrfRequest): void;
  provisional(response: SrfResponse): void;
  /** The answer to the called party's offer; undefined: there is none, the call is ended. */
  offered?(offer: string): Promise<string | undefined>;
  /** Called while the 200 is handled, so that no BYE or re-INVITE can come before its handlers are there. */
  answered(dialog: SrfDialog): void;
}

export type InviteResult =
  | { readonly kind: 'answered'; readonly dialog: SrfDialog }
  | { readonly kind: 'refused'; readonly status: number; readonly response: SrfResponse }
  /** The signalling server did not send it. */
  | { readonly kind: 'unsent'; readonly why: string }
  /** Answered with an offer that nobody could answer. */
  | { readonly kind: 'unanswerable' }
  /** Answered with a 2xx that makes no dialog, e.g. without Contact: nothing can be sent to that party any more. */
  | { readonly kind: 'garbled'; readonly why: string }
  | { readonly kind: 'lost' }
  /** Given up by us without a confirmed end. */
  | { readonly kind: 'abandoned' };

interface Refusal {
  readonly status?: number;
  readonly res?: SrfResponse;
}

export class Invite {
  /** True from the first 18x on. 100 is not passed up by the signalling server. */
  hasRung = false;
  readonly #signalling: Signalling;
  readonly #options: InviteOptions;
  readonly #events: InviteEvents;
  readonly #outcome = new Outcome<InviteResult>();
  #request: SrfRequest | undefined;
  #cancelReason: string | undefined;
  readonly #release: () => void;

  constructor(signalling: Signalling, options: InviteOptions, events: InviteEvents) {
    this.#signalling = signalling;
    this.#options = options;
    this.#events = events;
    this.#release = signalling.connection.onEnd(() => this.#finish({ kind: 'lost' }));
    this.#send({ ...options.headers }, []);
  }

  get result(): Promise<InviteResult> {
    return this.#outcome.promise;
  }

  /** The CANCEL leaves after the first 1xx at the latest (RFC 3261 §9.1); the result follows with the final answer. */
  cancel(reason: string): void {
    if (this.#outcome.settled || this.#cancelReason !== undefined) return;
    this.#cancelReason = reason;
    this.#sendCancel();
  }

  /** As `cancel`, but the result is there at once. */
  abandon(reason: string): void {
    this.cancel(reason);
    this.#finish({ kind: 'abandoned' });
  }

  #send(headers: SipHeaders, mended: readonly Mended[]): void {
    const { uri, proxy, sdp } = this.#options;
    const tried = { headers: { ...headers }, mended };
    const { srf } = this.#signalling;
    const options = { headers, ...(proxy !== undefined && { proxy }) };
    const hooks = {
      cbRequest: (_error: unknown, request?: SrfRequest) => request && this.#sent(request),
      cbProvisional: (response: SrfResponse) => this.#provisional(response),
    };
    try {
      // The library changes the options and headers it is given.
      if (sdp === undefined)
        srf.createUAC(uri, { ...options, noAck: true }, hooks, (error, offered) => {
          // A dialog has an `ack` of its own.
          if (offered && 'sip' in offered) this.#speechless(offered);
          else if (offered) void this.#offered(offered);
          else this.#refused(error, tried);
        });
      else
        srf.createUAC(uri, { ...options, localSdp: sdp }, hooks, (error, dialog) => {
          if (dialog) this.#answered(dialog);
          else this.#refused(error, tried);
        });
    } catch (error) {
      this.#finish({ kind: 'unsent', why: messageOf(error) });
    }
  }

  #sent(request: SrfRequest): void {
    this.#request = request;
    this.#events.sent(request);
    if (this.#cancelReason !== undefined) this.#sendCancel();
  }

  #sendCancel(): void {
    this.#request?.cancel({ headers: { Reason: this.#cancelReason ?? '' } }, () => undefined);
  }

  #provisional(response: SrfResponse): void {
    if (response.status <= 100) return;
    this.hasRung = true;
    if (this.#cancelReason === undefined) this.#events.provisional(response);
  }

  /** Nobody rings any more, but until the ACK the call may still be given up. */
  async #offered(offered: OfferedDialog): Promise<void> {
    const isGivenUp = () => this.#outcome.settled || this.#cancelReason !== undefined;
    try {
      const answer = isGivenUp() ? undefined : await this.#events.offered?.(offered.sdp);
      if (answer !== undefined && !isGivenUp()) {
        this.#answered(await offered.ack(answer));
        return;
      }
      this.#finish({ kind: isGivenUp() ? 'abandoned' : 'unanswerable' });
      await this.#signalling.settle(() => offered.destroy());
    } catch (error) {
      this.#finish({ kind: 'garbled', why: messageOf(error) });
    }
  }

  /** Answered without the session that was asked for. */
  #speechless(dialog: SrfDialog): void {
    void this.#signalling.bye(dialog, 'Q.850;cause=88');
    this.#finish({ kind: 'garbled', why: 'a 200 without a session, to an INVITE without one' });
  }

  #answered(dialog: SrfDialog): void {
    if (this.#outcome.settled || this.#cancelReason !== undefined) {
      void this.#signalling.bye(dialog, this.#cancelReason ?? 'Q.850;cause=16');
      this.#finish({ kind: 'abandoned' });
      return;
    }
    if (this.#options.credentials) dialog.auth = { ...this.#options.credentials };
    this.#events.answered(dialog);
    this.#finish({ kind: 'answered', dialog });
  }

  #refused(error: unknown, tried: Tried): void {
    const { status, res } = error as Refusal;
    if (this.#request && (!res || res.status < 300)) {
      this.#finish({ kind: 'garbled', why: messageOf(error) });
      return;
    }
    if (status === undefined || !res) {
      this.#finish({ kind: 'unsent', why: messageOf(error) });
      return;
    }
    const what = MENDABLE[status];
    if (what === undefined || !this.#tryAgain(what, tried, res))
      this.#finish({ kind: 'refused', status, response: res });
  }

  #tryAgain(what: Mended, { headers, mended }: Tried, response: SrfResponse): boolean {
    const isOpen = !mended.includes(what) && this.#cancelReason === undefined;
    const better = isOpen ? this.#mend(what, headers, response) : undefined;
    if (better !== undefined) this.#send(better, [...mended, what]);
    return better !== undefined;
  }

  /** Headers of the next try: the same call, CSeq one higher (RFC 3261 §22.2, RFC 4028 §7.3). */
  #mend(what: Mended, headers: SipHeaders, response: SrfResponse): SipHeaders | undefined {
    const better =
      what === 'interval' ? longerInterval(headers, response) : this.#answerChallenge(headers, response);
    const sequence = Number.parseInt(response.get('CSeq') ?? '1', 10) + 1;
    const from = this.#request?.get('From');
    return better === undefined || from === undefined
      ? undefined
      : { ...better, From: from, CSeq: `${sequence} INVITE` };
  }

  #answerChallenge(headers: SipHeaders, response: SrfResponse): SipHeaders | undefined {
    const { credentials, uri, cnonce } = this.#options;
    const [asked, answer] = CHALLENGES[response.status] ?? [];
    const challenge = asked === undefined ? undefined : response.get(asked);
    if (!credentials || challenge === undefined || answer === undefined) return undefined;
    const value = answerChallenges(challenge, { ...credentials, method: 'INVITE', uri, cnonce });
    return value === undefined ? undefined : { ...headers, [answer]: value };
  }

  #finish(result: InviteResult): void {
    if (this.#outcome.settled) return;
    this.#outcome.settle(result);
    this.#release();
  }
}

/** What a refusal asks to be done better, each once. */
type Mended = 'credentials' | 'interval';

interface Tried {
  readonly headers: SipHeaders;
  readonly mended: readonly Mended[];
}

const MENDABLE: Readonly<Partial<Record<number, Mended>>> = {
  401: 'credentials',
  407: 'credentials',
  422: 'interval',
};

const CHALLENGES: Readonly<Partial<Record<number, readonly [string, string]>>> = {
  401: ['WWW-Authenticate', 'Authorization'],
  407: ['Proxy-Authenticate', 'Proxy-Authorization'],
};
