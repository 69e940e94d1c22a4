/**
 * The SIP dialog of one channel (mod_sofia): answers its INVITE and re-INVITEs, takes and sends BYE, feeds the channel's
 * media port. Made by sofia-profile.ts; in-dialog requests reach the channel as signals, on its own time.
 */
import type { MediaPort, RtpSettings } from '../../../media/api.js';
import type { Received, ServerTransaction, ServerTransactionEvents, SipAddress, SipStack } from '../../../sip/api.js';
import { afterTheirRequest, dialogKey, dialogRequest, symmetricRoute, uasDialogState, withNextSeq, type DialogState } from '../../../sip/dialog-state.js';
import { responseTo } from '../../../sip/requests.js';
import { headerOf } from '../../../wire/sip-message.js';
import type { SipRequest } from '../../../wire/sip-types.js';
import { parseSipUri } from '../../../wire/sip-uri.js';
import type { Channel, Signalling } from '../channel/channel.js';
import { hangupCause, hangupCauseNamed, reasonHeader, type HangupCauseName } from '../channel/hangup-causes.js';
import type { Core } from '../core.js';
import { infoDigit } from './info-digit.js';
import { dialogVariables, offerVariables } from './invite-variables.js';
import { answerText, describedText, negotiate, offerText, type LocalEnd, type Negotiated } from './local-description.js';
import { changedMediaVariables, mediaVariables } from './media-variables.js';
import { answerHeaders, byeHeaders, PLAIN_OK, refusalHeaders, TRYING } from './message-headers.js';

/** How long a BYE that crossed ours still gets its 200 (RFC 3261 timer J). */
const AFTERLIFE_MS = 32_000;

type On = (events: Partial<ServerTransactionEvents>) => void;

export class SipLeg implements Signalling {
  readonly #core: Core;
  readonly #stack: () => SipStack;
  readonly #invite: ServerTransaction;
  readonly #localTag: string;
  readonly #forget: () => void;
  #channel: Channel | undefined;
  #state: 'invited' | 'answered' | 'ended' = 'invited';
  #dialog: DialogState;
  #route: SipAddress | undefined;
  /** The transaction whose 2xx waits for an ACK. */
  #unacknowledged: ServerTransaction | undefined;
  #offered: { readonly resolve: (answer: string) => void } | undefined;
  #local: LocalEnd | undefined;
  /** The answer in the ACK to an INVITE without SDP. */
  #lateAnswer = '';

  constructor(core: Core, parts: { readonly stack: () => SipStack; readonly invite: ServerTransaction; readonly forget: () => void }) {
    this.#core = core;
    this.#stack = parts.stack;
    this.#invite = parts.invite;
    this.#forget = parts.forget;
    this.#localTag = core.ids.tag();
    this.#dialog = uasDialogState(parts.invite.received.message, responseTo(parts.invite.received.message, 200, { toTag: this.#localTag }));
    this.#route = symmetricRoute(parts.invite.received);
  }

  get key(): string {
    return dialogKey(this.#dialog);
  }

  /** Tells the leg which channel it serves, and what its INVITE may still bring. */
  attach(channel: Channel, on: On): void {
    this.#channel = channel;
    on({
      cancelled: () => channel.thread.post({ kind: 'signal', act: () => channel.hangup('ORIGINATOR_CANCEL', 'signal') }),
      ackTimeout: () => channel.hangup('RECOVERY_ON_TIMER_EXPIRE', 'outside'),
      transportFailed: () => channel.hangup('NETWORK_OUT_OF_ORDER', 'outside'),
    });
  }

  trying(): void {
    this.#invite.respond(responseTo(this.#invite.received.message, 100, { headers: TRYING }));
  }

  /** For an INVITE without SDP: 200 with our offer now; resolves when the ACK has brought the answer, or at the end. */
  async offer(): Promise<void> {
    const channel = this.#own();
    const local = this.#renewLocal(await this.#openPort(undefined));
    const answer = new Promise<string>((resolve) => {
      this.#offered = { resolve };
      channel.watchers.add({ channelCut: () => resolve(''), channelOver: () => undefined });
    });
    if (channel.isUp) this.#respond200(this.#invite, offerText(local), 'new');
    this.#lateAnswer = await answer;
  }

  async answer(): Promise<'answered' | 'refused'> {
    const channel = this.#own();
    const offer = this.#invite.received.message.body;
    if (offer === '') return this.#answerAfterOffer(channel);
    const negotiated = negotiate(offer);
    if (negotiated === undefined) return refuse(channel);
    const port = await this.#openPort(negotiated);
    if (!channel.isUp) return 'refused';
    const local = this.#renewLocal(port);
    this.#respond200(this.#invite, answerText(local, negotiated), 'new');
    this.#establish(channel, negotiated, local);
    return 'answered';
  }

  /** Opens the channel's RTP port; its digits and silences go to the channel. */
  async #openPort(negotiated: Negotiated | undefined): Promise<MediaPort> {
    const channel = this.#own();
    const { mediaTimeoutSeconds, mediaHoldTimeoutSeconds } = this.#core.settings;
    channel.port = await this.#core.media.openPort({
      ...(negotiated === undefined ? {} : rtpSettings(negotiated)),
      mediaTimeoutMs: mediaTimeoutSeconds * 1000,
      mediaHoldTimeoutMs: mediaHoldTimeoutSeconds * 1000,
      idle: 'silence',
      events: {
        digit: (digit, duration) => channel.digits.arrived({ digit, duration, source: 'RTP' }),
        mediaTimeout: () => channel.thread.post({ kind: 'signal', act: () => channel.hangup('MEDIA_TIMEOUT', 'signal') }),
      },
    });
    return channel.port;
  }

  acknowledged(ack: Received<SipRequest>): void {
    const first = this.#unacknowledged === this.#invite;
    this.#unacknowledged?.acknowledged();
    this.#unacknowledged = undefined;
    const note = () => this.#channel?.variables.setAll(dialogVariables(ack.message));
    if (first) note();
    else this.#channel?.thread.post({ kind: 'signal', act: note });
    this.#offered?.resolve(ack.message.body);
    this.#offered = undefined;
  }

  /** Any request inside the dialog, on the channel's own time. */
  request(transaction: ServerTransaction): void {
    const channel = this.#own();
    if (!channel.isUp) this.#act(transaction, channel);
    else channel.thread.post({ kind: 'signal', act: () => this.#act(transaction, channel) });
  }

  end(cause: HangupCauseName): void {
    if (this.#state === 'invited') this.#refuse(cause);
    else if (this.#state === 'answered') this.#bye(cause);
    this.#state = 'ended';
    this.#offered?.resolve('');
    this.#core.clock.after(AFTERLIFE_MS, this.#forget);
  }

  #act(transaction: ServerTransaction, channel: Channel): void {
    const { message } = transaction.received;
    this.#dialog = afterTheirRequest(this.#dialog, message);
    if (message.method === 'BYE') this.#byeReceived(transaction, channel);
    else if (message.method === 'INVITE' || message.method === 'UPDATE') this.#reinvited(transaction, channel);
    else {
      const digit = message.method === 'INFO' ? infoDigit(message) : undefined;
      if (digit !== undefined) channel.digits.arrived(digit);
      transaction.respond(responseTo(message, 200, { headers: PLAIN_OK }));
    }
  }

  #byeReceived(transaction: ServerTransaction, channel: Channel): void {
    const { message } = transaction.received;
    transaction.respond(responseTo(message, 200, { headers: channel.isUp ? PLAIN_OK : [] }));
    if (!channel.isUp) return;
    this.#state = 'ended';
    const cause = causeOf(message);
    channel.variables.setAll({ sip_term_status: '200', proto_specific_hangup_cause: 'sip:200' });
    const partner = this.#core.channels.get(channel.variables.get('signal_bond') ?? '');
    partner?.variables.set('sip_hangup_phrase', 'OK');
    channel.variables.setAll({ sip_term_cause: String(hangupCause(cause).q850), sip_hangup_disposition: 'recv_bye' });
    channel.hangup(cause, 'signal');
  }

  #reinvited(transaction: ServerTransaction, channel: Channel): void {
    const { message } = transaction.received;
    if (!channel.isUp || channel.port === undefined) {
      transaction.respond(responseTo(message, 481, { headers: PLAIN_OK }));
      return;
    }
    if (message.body === '') {
      this.#reofferred(transaction, channel, channel.port);
      return;
    }
    const negotiated = negotiate(message.body);
    if (message.method === 'INVITE') transaction.respond(responseTo(message, 100, { headers: TRYING }));
    if (negotiated === undefined) {
      transaction.respond(responseTo(message, 488, { headers: PLAIN_OK }));
      return;
    }
    channel.port.configure(rtpSettings(negotiated));
    const local = this.#renewLocal(channel.port);
    this.#noteChange(channel, message.body, negotiated, local);
    this.#respond200(transaction, answerText(local, negotiated), 'existing');
  }

  /** A re-INVITE without SDP: our offer in the 200, their answer in the ACK. */
  #reofferred(transaction: ServerTransaction, channel: Channel, port: MediaPort): void {
    const local = this.#renewLocal(port);
    this.#offered = {
      resolve: (answer) => {
        const negotiated = negotiate(answer);
        if (negotiated === undefined) return;
        port.configure(rtpSettings(negotiated));
        this.#noteChange(channel, answer, negotiated, local);
      },
    };
    this.#respond200(transaction, offerText(local), 'existing');
  }

  #noteChange(channel: Channel, remoteSdp: string, negotiated: Negotiated, local: LocalEnd): void {
    const held = negotiated.remote.direction === 'sendonly' || negotiated.remote.direction === 'inactive';
    channel.variables.setAll({ ...offerVariables(remoteSdp), ...changedMediaVariables(negotiated), rtp_local_sdp_str: describedText(local, negotiated) });
    if (held) hold(channel);
    else unhold(channel);
  }

  #answerAfterOffer(channel: Channel): 'answered' | 'refused' {
    const negotiated = negotiate(this.#lateAnswer);
    if (negotiated === undefined || channel.port === undefined || this.#local === undefined) return refuse(channel);
    channel.port.configure(rtpSettings(negotiated));
    channel.variables.setAll(offerVariables(this.#lateAnswer));
    this.#establish(channel, negotiated, this.#local);
    return 'answered';
  }

  #establish(channel: Channel, negotiated: Negotiated, local: LocalEnd): void {
    const now = this.#core.clock.now();
    channel.codecName = negotiated.codec;
    const media = { address: local.address, port: local.port, ssrc: channel.port?.stats.ssrc ?? 0 };
    channel.variables.setAll({ ...mediaVariables(media, negotiated), endpoint_disposition: 'EARLY MEDIA' });
    channel.stampTimes({ progressMedia: now, answered: now });
    channel.setCallState('EARLY');
    channel.variables.set('rtp_local_sdp_str', describedText(local, negotiated));
    channel.fireWithVariables('CHANNEL_PROGRESS_MEDIA', 'progressMedia');
    channel.answerState = 'answered';
    channel.fireWithVariables('CHANNEL_ANSWER', 'answer');
    channel.setCallState('ACTIVE');
    channel.variables.set('endpoint_disposition', 'ANSWER');
  }

  #respond200(transaction: ServerTransaction, body: string, dialog: 'new' | 'existing'): void {
    const { message, local } = transaction.received;
    const contact = `<sip:${this.#calledUser()}@${this.#core.profile.address}:${this.#core.profile.port};transport=${local.protocol}>`;
    const party = dialog === 'new' && message.body !== '' ? { party: this.#party() } : {};
    const headers = answerHeaders({ contact, dialog, ...party });
    transaction.respond(responseTo(message, 200, { toTag: this.#localTag, headers, body }));
    if (message.method === 'INVITE') this.#unacknowledged = transaction;
    if (this.#state === 'invited') this.#state = 'answered';
  }

  #refuse(cause: HangupCauseName): void {
    const { sipStatus, sipReason } = hangupCause(cause);
    const { message } = this.#invite.received;
    const response = responseTo(message, sipStatus, { reason: sipReason, toTag: this.#localTag, headers: refusalHeaders(reasonHeader(cause), this.#party()) });
    const viaCount = response.headers.findIndex(({ name }) => name !== 'Via');
    const forwards = { name: 'Max-Forwards', value: '70' };
    if (this.#invite.state === 'proceeding') this.#invite.respond({ ...response, headers: response.headers.toSpliced(viaCount, 0, forwards) });
  }

  #bye(cause: HangupCauseName): void {
    this.#dialog = withNextSeq(this.#dialog);
    const request = dialogRequest(this.#dialog, 'BYE', { headers: byeHeaders(reasonHeader(cause)) });
    this.#stack().request(request, {}, this.#route === undefined ? {} : { to: this.#route });
  }

  #renewLocal(port: MediaPort): LocalEnd {
    const sessionId = this.#local?.sessionId ?? Math.floor(this.#core.clock.now() / 1000) - port.localPort;
    this.#local = { address: port.localAddress, port: port.localPort, sessionId, version: (this.#local?.version ?? sessionId) + 1 };
    return this.#local;
  }

  #party(): { user: string; host: string } {
    return { user: this.#calledUser(), host: this.#core.profile.address };
  }

  #calledUser(): string {
    return parseSipUri(this.#invite.received.message.uri)?.user ?? 'mod_sofia';
  }

  #own(): Channel {
    if (this.#channel === undefined) throw new TypeError('attach() comes before anything else');
    return this.#channel;
  }
}

function refuse(channel: Channel): 'refused' {
  channel.hangup('INCOMPATIBLE_DESTINATION', 'application');
  return 'refused';
}

function rtpSettings({ remote, codec, payloadType, eventType, direction }: Negotiated): RtpSettings {
  return { remote: { address: remote.address, port: remote.port }, codec, payloadType, dtmfPayloadType: eventType, direction };
}

/** RFC 3326 with Q.850; without it a BYE is a normal end. */
function causeOf(bye: SipRequest): HangupCauseName {
  const cause = /Q\.850\s*;\s*cause\s*=\s*(\d+)/i.exec(headerOf(bye, 'Reason') ?? '')?.[1];
  return hangupCauseNamed(cause ?? '');
}

function hold(channel: Channel): void {
  if (channel.callState === 'HELD') return;
  channel.setCallState('HELD');
  channel.stampTimes({ lastHold: channel.core.clock.now() });
}

function unhold(channel: Channel): void {
  if (channel.callState !== 'HELD') return;
  const { lastHold, holdAccumulated } = channel.profile.times;
  channel.setCallState('UNHELD');
  channel.stampTimes({ holdAccumulated: holdAccumulated + channel.core.clock.now() - lastHold });
  channel.setCallState('ACTIVE');
}
