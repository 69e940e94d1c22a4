/** A call that comes in: rings until it is answered or refused; the endpoint is made with the caller's own offer. */
import type { LegId } from '../../domain/values/ids.js';
import type { HangupReason, InboundLeg } from '../../app/ports/switch.js';
import { Fault, messageOf } from '../../errors.js';
import { q850Of, reasonHeader, refusalStatus } from '../messages/causes.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from './endpoint.js';
import { answer } from '../messages/answer.js';
import { FarDialog } from '../messages/far-dialog.js';
import { Home } from '../servers/home.js';
import { SwitchLeg, type FarSide } from './leg.js';
import type { SrfDialog, SrfRequest, SrfResponse, SipText } from '../libraries.js';
import { answerHeaders } from '../messages/session-timer.js';
import { addressed, forMedia, isTooOpen, likeOffer, nowhereFor, offerOf } from '../messages/session-text.js';
import type { Signalling } from '../servers/signalling.js';
import { isWebRtc } from '../../wire/sdp-webrtc.js';

/** What the caller is told, and the endpoint it will speak with: undefined when the leg ended meanwhile. */
interface Opening {
  readonly sdp: string;
  readonly endpoint: Promise<Endpoint | undefined>;
}

export class IncomingLeg extends SwitchLeg implements InboundLeg, FarSide {
  readonly #request: SrfRequest;
  readonly #response: SrfResponse;
  readonly #mediaAddress: string | undefined;
  #answering: Promise<'answered' | 'leg-ended'> | undefined;
  #opening: Promise<Opening | undefined> | undefined;

  #far: FarDialog | undefined;

  constructor(
    context: SwitchContext,
    id: LegId,
    { signalling, request, response }: { signalling: Signalling; request: SrfRequest; response: SrfResponse },
  ) {
    const sipCallId = request.get('Call-ID') ?? '';
    const tag = /;\s*tag=([^;\s>]+)/i.exec(request.get('From') ?? '')?.[1] ?? '';
    super(context, {
      id,
      role: 'caller',
      party: 'caller',
      identity: {
        sipCallId,
        transactionId: request.stackTxnId,
        dialogId: `${sipCallId};from-tag=${tag}`,
      },
      home: new Home(context, signalling),
      signalling,
    });
    this.#request = request;
    this.hopsLeft = Number.parseInt(request.get('Max-Forwards') ?? '70', 10);
    this.#response = response;
    this.#mediaAddress = context.options.mediaAddress?.(request.source_address);
    this.faceFar(this);
    request.on('cancel', (cancel?: SipText) => this.#cancelled(cancel));
  }

  /** 180. Resolves at once; a caller that is gone by then has ended the leg. */
  ring(): Promise<void> {
    if (this.state === 'new' && answer(this.#response, 180) === undefined) {
      this.signal({ kind: 'ringing', at: this.now, sipStatus: 180 });
    }
    return Promise.resolve();
  }

  answer(): Promise<'answered' | 'leg-ended'> {
    this.#answering ??= this.#answerNow();
    return this.#answering;
  }

  reject(sipStatus: number, note?: string): Promise<void> {
    this.#refuse(sipStatus, note);
    this.finish({ by: 'system', reason: 'rejected', sipStatus });
    return Promise.resolve();
  }

  end(reason: HangupReason): Promise<void> {
    this.#refuse(refusalStatus(reason));
    return Promise.resolve();
  }

  #refuse(sipStatus: number, note?: string): void {
    const headers: Record<string, string> = {
      ...(sipStatus === 503 && { 'Retry-After': '5' }),
      ...(note !== undefined && { Warning: `399 dialtrace "${note.replace(/["\\\r\n]/g, ' ')}"` }),
    };
    answer(this.#response, sipStatus, { headers });
  }

  #cancelled(cancel: SipText | undefined): void {
    const q850 = cancel && q850Of(cancel);
    this.finish({ by: 'caller', sipStatus: 487, ...(q850 !== undefined && { q850 }) });
  }

  /**
   * 183 with the answer to the caller's offer. A caller without an offer would have to confirm ours reliably (RFC 3262
   * §5) before it could answer; such a one just hears nothing early.
   */
  async openEarly(): Promise<'open' | 'leg-ended'> {
    if (this.#request.body === '') return this.life.ended ? 'leg-ended' : 'open';
    try {
      const opening = await this.#openOnce();
      if (opening === undefined) return 'leg-ended';
      const body = addressed(opening.sdp, this.#mediaAddress);
      const headers = { 'Content-Type': 'application/sdp' };
      if (this.state !== 'answered') answer(this.#response, 183, { body, headers });
      await opening.endpoint;
    } catch (error) {
      this.context.logger.warn({ leg: this.id, why: messageOf(error) }, 'no early audio for a caller');
      throw error;
    }
    return this.life.ended ? 'leg-ended' : 'open';
  }

  /** Early audio and the answer share one endpoint, so that both tell the same session (RFC 3261 §13.3.1.1). */
  #openOnce(): Promise<Opening | undefined> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<Opening | undefined> {
    const { body } = this.#request;
    if (isWebRtc(body)) return this.#openForBrowser(body);
    if (body !== '' && isTooOpen(body, this.srtp))
      throw new Fault('switch-refused', 'The trunk requires SRTP, and the offer has no key for it.');
    const session = body === '' ? nowhereFor(this.srtp) : forMedia(body, this.srtp);
    const endpoint = await this.home.createEndpoint(session, this.signalling);
    const sdp = body === '' ? offerOf(endpoint.localSdp) : likeOffer(endpoint.localSdp, body);
    return this.useEndpoint(endpoint) ? { sdp, endpoint: Promise.resolve(endpoint) } : undefined;
  }

  async #openForBrowser(offer: string): Promise<Opening | undefined> {
    const begun = this.home.beginEndpoint(offer, this.signalling);
    const endpoint = begun.endpoint.then((made) => (this.useEndpoint(made) ? made : undefined));
    endpoint.catch(() => undefined); // Whoever awaits it hears of it; before the answer nobody may.
    const sdp = await begun.answer;
    return this.isEnding ? undefined : { sdp, endpoint };
  }

  /** Speech can begin: for a browser only now that the endpoint is there. After the 200 it is too late to refuse. */
  async #heard({ endpoint }: Opening): Promise<boolean> {
    const isLate = this.endpoint === undefined;
    try {
      const made = await endpoint;
      if (made !== undefined && isLate) this.#far?.hear(made);
      return made !== undefined;
    } catch (error) {
      this.context.logger.warn({ leg: this.id, why: messageOf(error) }, 'no media for a browser');
      this.endBecause({ by: 'system', reason: 'unavailable' }, 'failure');
      return false;
    }
  }

  async #answerNow(): Promise<'answered' | 'leg-ended'> {
    try {
      const opening = await this.#openOnce();
      if (opening === undefined) return 'leg-ended';
      const accepted = await this.#accept(addressed(opening.sdp, this.#mediaAddress));
      if (accepted && (await this.#heard(opening))) this.signal({ kind: 'answered', at: this.now });
    } catch (error) {
      this.context.logger.warn({ leg: this.id, why: messageOf(error) }, 'inbound call not answered');
      await this.reject(error instanceof Fault && error.code === 'switch-refused' ? 488 : 503);
    }
    return this.life.ended ? 'leg-ended' : 'answered';
  }

  /** 200. Without an offer the endpoint still waits for the caller's session, which comes with the ACK. */
  async #accept(localSdp: string): Promise<boolean> {
    const { signalling } = this;
    const headers = answerHeaders(this.#request);
    const lateOffer = this.#request.body === '' ? this.endpoint : undefined;
    const accepting = () =>
      new Promise<SrfDialog>((resolve, reject) => {
        signalling.srf.createUAS(this.#request, this.#response, { localSdp, headers }, (error, dialog) => {
          if (!dialog) {
            reject(new Error(messageOf(error)));
            return;
          }
          if (this.isEnding) {
            // Hung up, or given up by the caller, while the 200 was on its way: the dialog exists all the same.
            void signalling.bye(dialog, reasonHeader('normal'));
            resolve(dialog);
            return;
          }
          this.#far = new FarDialog(this, dialog, this.#mediaAddress, this.context);
          this.faceFar(this.#far);
          if (lateOffer)
            dialog.once('ack', (ack: SrfRequest) => void lateOffer.modify(forMedia(ack.body, this.srtp)));
          resolve(dialog);
        });
      });
    const accepted = await signalling.settle(accepting);
    if (accepted.kind !== 'value') this.endBecause({ by: 'unknown', reason: 'answer-not-sent' }, 'failure');
    return accepted.kind === 'value';
  }
}
