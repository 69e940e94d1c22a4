/**
 * The SIP dialog of one channel (mod_sofia): answers its INVITE and re-INVITEs, takes and sends BYE. Made by
 * sofia-profile.ts; in-dialog requests reach the channel as signals, on its own time.
 */
import type { MediaPort } from '../../../media/api.js';
import type {
  Received,
  ServerTransaction,
  ServerTransactionEvents,
  SipAddress,
  SipStack,
} from '../../../sip/api.js';
import {
  afterTheirRequest,
  dialogKey,
  dialogRequest,
  symmetricRoute,
  uasDialogState,
  withNextSeq,
  type DialogState,
} from '../../../sip/dialog-state.js';
import { responseTo } from '../../../sip/requests.js';
import { headerOf } from '../../../wire/sip-message.js';
import type { SipRequest, SipResponse } from '../../../wire/sip-types.js';
import { parseSipUri } from '../../../wire/sip-uri.js';
import type { Channel, Signalling } from '../channel/channel.js';
import {
  hangupCause,
  hangupCauseNamed,
  reasonHeader,
  type HangupCauseName,
} from '../channel/hangup-causes.js';
import type { Core } from '../core.js';
import { infoDigit } from './info-digit.js';
import { dialogVariables, offerVariables } from './invite-variables.js';
import { LegMedia, rtpSettings } from './leg-media.js';
import { answerText, negotiate, offerText } from './local-description.js';
import { answerHeaders, byeHeaders, PLAIN_OK, refusalHeaders, TRYING } from './message-headers.js';

/** How long a BYE that crossed ours still gets its 200 (RFC 3261 timer J). */
const AFTERLIFE_MS = 32_000;

type On = (events: Partial<ServerTransactionEvents>) => void;

/** Each INVITE transaction is answered within one of these. */
interface Serving {
  readonly channel: Channel;
  readonly media: LegMedia;
}

export class SipLeg implements Signalling {
  readonly #core: Core;
  readonly #stack: () => SipStack;
  readonly #invite: ServerTransaction;
  readonly #localTag: string;
  readonly #forget: () => void;
  readonly #route: SipAddress | undefined;
  #serving: Serving | undefined;
  #state: 'invited' | 'answered' | 'ended' = 'invited';
  #dialog: DialogState;
  /** The transaction whose 2xx waits for an ACK. */
  #unacknowledged: ServerTransaction | undefined;
  /** Takes the answer to an offer of ours when the ACK brings it. */
  #takeAnswer: ((answer: string) => void) | undefined;
  /** The answer in the ACK to an INVITE without SDP. */
  #lateAnswer = '';
  #cancelAfterlife: () => void = () => undefined;

  constructor(
    core: Core,
    parts: {
      readonly stack: () => SipStack;
      readonly invite: ServerTransaction;
      readonly forget: () => void;
    },
  ) {
    const { received } = parts.invite;
    this.#core = core;
    this.#stack = parts.stack;
    this.#invite = parts.invite;
    this.#forget = parts.forget;
    this.#localTag = core.ids.tag();
    this.#dialog = uasDialogState(
      received.message,
      responseTo(received.message, 200, { toTag: this.#localTag }),
    );
    this.#route = symmetricRoute(received);
  }

  get key(): string {
    return dialogKey(this.#dialog);
  }

  /** Tells the leg which channel it serves, and what its INVITE may still bring. */
  attach(channel: Channel, on: On): void {
    this.#serving = { channel, media: new LegMedia(channel) };
    on({
      cancelled: () =>
        channel.thread.post({ kind: 'signal', act: () => channel.hangup('ORIGINATOR_CANCEL', 'signal') }),
      ackTimeout: () => channel.hangup('RECOVERY_ON_TIMER_EXPIRE', 'outside'),
      transportFailed: () => channel.hangup('NETWORK_OUT_OF_ORDER', 'outside'),
    });
  }

  trying(): void {
    this.#invite.respond(responseTo(this.#invite.received.message, 100, { headers: TRYING }));
  }

  /** For an INVITE without SDP: 200 with our offer now; resolves when the ACK has brought the answer, or at the end. */
  async offer(): Promise<void> {
    const { channel, media } = this.#served();
    const local = await media.open(undefined);
    if (local === undefined || !channel.isUp) return;
    const answer = new Promise<string>((resolve) => {
      this.#takeAnswer = resolve;
      channel.watchers.add({ channelCut: () => resolve(''), channelOver: () => undefined });
    });
    this.#respond200(this.#invite, offerText(local), 'new');
    this.#lateAnswer = await answer;
  }

  async answer(): Promise<'answered' | 'refused'> {
    const { channel, media } = this.#served();
    const remoteSdp = this.#invite.received.message.body;
    if (remoteSdp === '') return this.#answerAfterOffer();
    const negotiated = negotiate(remoteSdp);
    if (negotiated === undefined) return refuse(channel);
    const local = await media.open(negotiated);
    if (local === undefined || !channel.isUp) return 'refused';
    this.#respond200(this.#invite, answerText(local, negotiated), 'new');
    media.establish(negotiated, local);
    return 'answered';
  }

  /** The first ACK completes the call at once; later ones are taken up with the channel's next frame. */
  acknowledged({ message }: Received<SipRequest>): void {
    const { channel } = this.#served();
    const note = () => channel.variables.setAll(dialogVariables(message));
    const isFirst = this.#unacknowledged === this.#invite;
    this.#unacknowledged?.acknowledged();
    this.#unacknowledged = undefined;
    if (isFirst) note();
    else channel.thread.post({ kind: 'signal', act: note });
    this.#takeAnswer?.(message.body);
    this.#takeAnswer = undefined;
  }

  /** Any request inside the dialog, on the channel's own time. */
  request(transaction: ServerTransaction): void {
    const { channel } = this.#served();
    if (!channel.isUp && this.#state === 'ended') this.#act(transaction);
    else channel.thread.post({ kind: 'signal', act: () => this.#act(transaction) });
  }

  end(cause: HangupCauseName): void {
    if (this.#state === 'invited') this.#refuseInvite(cause);
    else if (this.#state === 'answered') this.#bye(cause);
    this.#state = 'ended';
    this.#cancelAfterlife = this.#core.clock.after(AFTERLIFE_MS, this.#forget);
  }

  /** The server closes: no BYE will be answered any more. */
  dispose(): void {
    this.#cancelAfterlife();
  }

  #act(transaction: ServerTransaction): void {
    const { message } = transaction.received;
    this.#dialog = afterTheirRequest(this.#dialog, message);
    if (message.method === 'BYE') this.#byeReceived(transaction);
    else if (message.method === 'INVITE' || message.method === 'UPDATE') this.#reinvited(transaction);
    else {
      const digit = message.method === 'INFO' ? infoDigit(message) : undefined;
      if (digit !== undefined) this.#served().channel.digits.arrived(digit);
      transaction.respond(responseTo(message, 200, { headers: PLAIN_OK }));
    }
  }

  #byeReceived(transaction: ServerTransaction): void {
    const { channel } = this.#served();
    const { message } = transaction.received;
    transaction.respond(responseTo(message, 200, { headers: channel.isUp ? PLAIN_OK : [] }));
    if (!channel.isUp) return;
    this.#state = 'ended';
    const cause = causeOf(message);
    channel.variables.setAll({ sip_term_status: '200', proto_specific_hangup_cause: 'sip:200' });
    const partner = this.#core.channels.get(channel.variables.get('signal_bond') ?? '');
    partner?.variables.set('sip_hangup_phrase', 'OK');
    channel.variables.setAll({
      sip_term_cause: String(hangupCause(cause).q850),
      sip_hangup_disposition: 'recv_bye',
    });
    channel.hangup(cause, 'signal');
  }

  #reinvited(transaction: ServerTransaction): void {
    const { channel, media } = this.#served();
    const { message } = transaction.received;
    if (!channel.isUp || channel.port === undefined)
      transaction.respond(responseTo(message, 481, { headers: PLAIN_OK }));
    else if (message.body === '') this.#offerAgain(transaction, media, channel.port);
    else this.#answerAgain(transaction, media, channel.port);
  }

  #answerAgain(transaction: ServerTransaction, media: LegMedia, port: MediaPort): void {
    const { message } = transaction.received;
    const negotiated = negotiate(message.body);
    if (message.method === 'INVITE') transaction.respond(responseTo(message, 100, { headers: TRYING }));
    if (negotiated === undefined || !media.canFollow(negotiated)) {
      transaction.respond(responseTo(message, 488, { headers: PLAIN_OK }));
      return;
    }
    if (negotiated.webRtc !== undefined) port.webRtc?.renegotiate(negotiated.webRtc);
    const local = media.renewLocal(port, negotiated.crypto?.key);
    media.change(message.body, negotiated, local);
    this.#respond200(transaction, answerText(local, negotiated), 'existing');
  }

  /** A re-INVITE without SDP: our offer in the 200, their answer in the ACK. */
  #offerAgain(transaction: ServerTransaction, media: LegMedia, port: MediaPort): void {
    const local = media.renewLocal(port);
    this.#takeAnswer = (answer) => {
      const negotiated = negotiate(answer);
      if (negotiated !== undefined) media.change(answer, negotiated, local);
    };
    const secrecy = port.settings.srtp === undefined ? 'plain' : 'keyed';
    this.#respond200(transaction, offerText(local, secrecy), 'existing');
  }

  #answerAfterOffer(): 'answered' | 'refused' {
    const { channel, media } = this.#served();
    const negotiated = negotiate(this.#lateAnswer);
    if (negotiated === undefined || media.local === undefined) return refuse(channel);
    channel.port?.configure(rtpSettings(negotiated));
    channel.variables.setAll(offerVariables(this.#lateAnswer));
    media.establish(negotiated, media.local);
    return 'answered';
  }

  #respond200(transaction: ServerTransaction, body: string, dialog: 'new' | 'existing'): void {
    const { message, local } = transaction.received;
    const { address, port } = this.#core.profile;
    const contact = `<sip:${this.#party().user}@${address}:${port};transport=${local.protocol}>`;
    const party = dialog === 'new' && message.body !== '' ? { party: this.#party() } : {};
    transaction.respond(
      responseTo(message, 200, {
        toTag: this.#localTag,
        headers: answerHeaders({ contact, dialog, ...party }),
        body,
      }),
    );
    if (message.method === 'INVITE') this.#unacknowledged = transaction;
    if (this.#state === 'invited') this.#state = 'answered';
  }

  #refuseInvite(cause: HangupCauseName): void {
    if (this.#invite.state !== 'proceeding') return;
    const { sipStatus, sipReason } = hangupCause(cause);
    const headers = refusalHeaders(reasonHeader(cause), this.#party());
    const response = responseTo(this.#invite.received.message, sipStatus, {
      reason: sipReason,
      toTag: this.#localTag,
      headers,
    });
    this.#invite.respond(withMaxForwards(response));
  }

  #bye(cause: HangupCauseName): void {
    this.#dialog = withNextSeq(this.#dialog);
    const request = dialogRequest(this.#dialog, 'BYE', { headers: byeHeaders(reasonHeader(cause)) });
    this.#stack().request(request, {}, this.#route === undefined ? {} : { to: this.#route });
  }

  /** The number that was called, as Contact and Remote-Party-ID show it. */
  #party(): { readonly user: string; readonly host: string } {
    return {
      user: parseSipUri(this.#invite.received.message.uri)?.user ?? 'mod_sofia',
      host: this.#core.profile.address,
    };
  }

  #served(): Serving {
    if (this.#serving === undefined) throw new TypeError('attach() comes before anything else');
    return this.#serving;
  }
}

function refuse(channel: Channel): 'refused' {
  channel.hangup('INCOMPATIBLE_DESTINATION', 'application');
  return 'refused';
}

/** mod_sofia copies it into refusals, after Via. */
function withMaxForwards(response: SipResponse): SipResponse {
  const afterVia = response.headers.findIndex(({ name }) => name !== 'Via');
  return {
    ...response,
    headers: response.headers.toSpliced(afterVia, 0, { name: 'Max-Forwards', value: '70' }),
  };
}

/** RFC 3326 with Q.850; without it a BYE is a normal end. */
function causeOf(bye: SipRequest): HangupCauseName {
  const cause = /Q\.850\s*;\s*cause\s*=\s*(\d+)/i.exec(headerOf(bye, 'Reason') ?? '')?.[1];
  return hangupCauseNamed(cause ?? '');
}
