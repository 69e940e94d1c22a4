/**
 * The confirmed SIP dialog with a phone or carrier: hold and other re-INVITEs, keys by INFO, transfer requests, BYE.
 * Attached while the answer is handled, so that nothing can come before it.
 */
import type { HangupReason } from '../../app/ports/switch.js';
import { messageOf } from '../../errors.js';
import { answer } from './answer.js';
import type { Endpoint } from '../legs/endpoint.js';
import { q850Of, reasonHeader } from './causes.js';
import { infoKeyBody, KEY_TYPE, parseInfoKey } from './info-key.js';
import { KeyDoubles } from './key-doubles.js';
import type { FarSide, SwitchLeg } from '../legs/leg.js';
import { whyOf } from '../lifetime.js';
import type { SrfDialog, SrfRequest, SrfResponse } from '../libraries.js';
import { refreshHeaders } from './session-timer.js';
import { addressed, forMedia, hasAudio, holds, isTooOpen, likeOffer } from './session-text.js';
import type { SwitchContext } from '../context.js';
import { requestTransfer } from '../legs/transfer.js';

const SDP = 'application/sdp';

export class FarDialog implements FarSide {
  readonly #leg: SwitchLeg;
  readonly #dialog: SrfDialog;
  readonly #mediaAddress: string | undefined;
  readonly #context: SwitchContext;
  readonly #doubles: KeyDoubles;
  #isHeld = false;
  #changing: 'idle' | 'changing' = 'idle';

  constructor(leg: SwitchLeg, dialog: SrfDialog, mediaAddress: string | undefined, context: SwitchContext) {
    this.#leg = leg;
    this.#dialog = dialog;
    this.#mediaAddress = mediaAddress;
    this.#context = context;
    this.#doubles = new KeyDoubles(context.clock);
    if (leg.endpoint) this.hear(leg.endpoint);
    leg.life.onEnd(() => this.#doubles.close());
    leg.identify({ dialogId: dialog.id });
    leg.confirm({ local: dialog.sip.localTag, remote: dialog.sip.remoteTag });
    dialog.on('destroy', (bye: SrfRequest, reason: string) => this.#bye(bye, reason));
    dialog.on(
      'modify',
      (request: SrfRequest, response: SrfResponse) => void this.#reinvite(request, response),
    );
    dialog.on('update', (request: SrfRequest, response: SrfResponse) => this.#update(request, response));
    dialog.on('info', (request: SrfRequest, response: SrfResponse) => this.#info(request, response));
    dialog.on('refer', (request: SrfRequest, response: SrfResponse) =>
      requestTransfer(leg, dialog, { request, response }, context),
    );
  }

  /** The leg's endpoint, when it comes after the dialog. */
  hear(endpoint: Endpoint): void {
    endpoint.onMediaKey((digit) => this.#doubles.heardInMedia(digit));
  }

  async end(reason: HangupReason): Promise<void> {
    if (this.#dialog.connected) await this.#leg.signalling.bye(this.#dialog, reasonHeader(reason));
  }

  async sendKey(digit: string, durationMs: number): Promise<void> {
    const headers = { 'Content-Type': KEY_TYPE };
    const body = infoKeyBody(digit, durationMs);
    const sent = await this.#leg.signalling.settle(() =>
      this.#dialog.request({ method: 'INFO', headers, body }),
    );
    if (sent.kind !== 'value')
      this.#context.logger.warn({ leg: this.#leg.id, why: whyOf(sent, 'INFO') }, 'a key was not confirmed');
  }

  /** The server's own BYE has its reason, e.g. "ACK timeout"; it does not say whose fault it was. */
  #bye(bye: SrfRequest, reason: string): void {
    const q850 = q850Of(bye);
    const cause = bye.source === 'application' ? { by: 'unknown' as const, reason } : { by: this.#leg.party };
    this.#leg.finish({ ...cause, ...(q850 !== undefined && { q850 }) });
  }

  /** RFC 3311: with a session as a re-INVITE, without one a refresh. */
  #update(request: SrfRequest, response: SrfResponse): void {
    if (request.body === '') answer(response, 200, { headers: refreshHeaders(request) });
    else void this.#reinvite(request, response);
  }

  /** RFC 3261 §14.2: one change at a time, otherwise 491. */
  async #reinvite(request: SrfRequest, response: SrfResponse): Promise<void> {
    if (this.#changing === 'changing') {
      answer(response, 491);
      return;
    }
    this.#changing = 'changing';
    try {
      await this.#answerChange(request, response);
    } catch (error) {
      this.#context.logger.error({ leg: this.#leg.id, why: messageOf(error) }, 're-INVITE not answered');
      answer(response, 500);
    } finally {
      this.#changing = 'idle';
    }
  }

  async #answerChange(request: SrfRequest, response: SrfResponse): Promise<void> {
    if (request.body === '') this.#offerAgain(request, response);
    else
      await this.#change(request.body, {
        accept: (sdp) => this.#answerSession(request, response, sdp),
        refuse: () => void answer(response, 488),
      });
  }

  /** A re-INVITE without SDP asks for our offer; the answer comes with the ACK (RFC 3261 §14.2). */
  #offerAgain(request: SrfRequest, response: SrfResponse): void {
    this.#answerSession(request, response, this.#leg.endpoint?.localSdp ?? '');
    this.#dialog.once('ack', (ack: SrfRequest) => {
      if (ack.body) void this.#change(ack.body, { accept: () => undefined, refuse: () => undefined });
    });
  }

  async #change(offer: string, done: { accept: (sdp: string) => void; refuse: () => void }): Promise<void> {
    const endpoint = this.#leg.endpoint;
    const { srtp } = this.#leg;
    const isUsable = hasAudio(offer) && !isTooOpen(offer, srtp);
    const modified = endpoint && isUsable ? await endpoint.modify(forMedia(offer, srtp)) : undefined;
    if (!modified?.ok) {
      done.refuse();
      if (modified) this.#leg.endBecause({ by: 'system', reason: 'modify-refused' }, 'failure');
      return;
    }
    done.accept(likeOffer(modified.sdp, offer));
    this.#noteHold(holds(offer));
  }

  #answerSession(request: SrfRequest, response: SrfResponse, endpointSdp: string): void {
    const body = addressed(endpointSdp, this.#mediaAddress);
    this.#dialog.local.sdp = body; // The library repeats it by itself for a session refresh.
    answer(response, 200, { body, headers: { 'Content-Type': SDP, ...refreshHeaders(request) } });
  }

  #noteHold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#leg.signal({ kind: isHeld ? 'held' : 'resumed', at: this.#leg.now });
  }

  /** The key is given to the media server, so that it takes the same way as one in RTP: prompts stop, gathers collect. */
  #info(request: SrfRequest, response: SrfResponse): void {
    const key = parseInfoKey(request.get('Content-Type') ?? '', request.body);
    answer(response, 200);
    if (key)
      this.#doubles.heardByInfo(key.digit, () => {
        void this.#leg.endpoint?.pressFor(key.digit, key.durationMs);
      });
  }
}
