/**
 * The media half of a SIP leg: opens the channel's RTP port, configures it by what was negotiated, and shows that in
 * the channel's variables, states and events. Used by sip-leg.ts.
 */
import { Fault } from '../../../errors.js';
import type { MediaPort, RtpSettings } from '../../../media/api.js';
import type { Channel } from '../channel/channel.js';
import { RtcpEvents } from '../channel/rtcp-events.js';
import { offerVariables } from './invite-variables.js';
import { describedText, type LocalEnd, type Negotiated } from './local-description.js';
import { changedMediaVariables, mediaVariables } from './media-variables.js';

export class LegMedia {
  readonly #channel: Channel;
  #local: LocalEnd | undefined;
  #theirKey: string | undefined;
  readonly #rtcp: RtcpEvents;

  constructor(channel: Channel) {
    this.#channel = channel;
    this.#rtcp = new RtcpEvents(channel);
  }

  /** Without a free RTP port the channel is hung up with a cause that refuses its INVITE with 503. */
  async open(negotiated: Negotiated | undefined): Promise<LocalEnd | undefined> {
    const channel = this.#channel;
    try {
      channel.port = await this.#openPort(negotiated);
      const local = this.renewLocal(channel.port, negotiated?.crypto?.key);
      if (negotiated?.crypto !== undefined) channel.port.configure(rtpSettings(negotiated, local));
      return local;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      channel.hangup('NORMAL_TEMPORARY_FAILURE', 'application');
      return undefined;
    }
  }

  /** Its digits and silences go to the channel. */
  #openPort(negotiated: Negotiated | undefined): Promise<MediaPort> {
    const channel = this.#channel;
    const { media, settings } = channel.core;
    return media.openPort({
      ...(negotiated === undefined ? {} : rtpSettings(negotiated)),
      ...(negotiated?.webRtc !== undefined && { webRtc: negotiated.webRtc }),
      mediaTimeoutMs: settings.mediaTimeoutSeconds * 1000,
      mediaHoldTimeoutMs: settings.mediaHoldTimeoutSeconds * 1000,
      idle: 'silence',
      events: {
        digit: (digit, duration) => channel.digits.arrived({ digit, duration, source: 'RTP' }),
        report: (report) => this.#rtcp.told(report),
        mediaTimeout: () =>
          channel.thread.post({ kind: 'signal', act: () => channel.hangup('MEDIA_TIMEOUT', 'signal') }),
      },
    });
  }

  /** Whether a new session is of the kind that the port is for: RTP and WebRTC do not turn into each other. */
  canFollow({ webRtc }: Negotiated): boolean {
    return (webRtc === undefined) === (this.#channel.port?.webRtc === undefined);
  }

  /**
   * Our end for the next offer or answer: the version grows with each (RFC 3264 §8). An offer with another SRTP key gets a
   * new one of ours (switch_core_session_check_incoming_crypto).
   */
  renewLocal(port: MediaPort, theirKey?: string): LocalEnd {
    const srtpKey = this.#keyFor(theirKey);
    const sessionId =
      this.#local?.sessionId ?? Math.floor(this.#channel.core.clock.now() / 1000) - port.localPort;
    this.#local = {
      address: port.localAddress,
      port: port.localPort,
      sessionId,
      version: (this.#local?.version ?? sessionId) + 1,
      ...(port.webRtc !== undefined && { webRtc: port.webRtc.end }),
      srtpKey,
      rtcp: this.#channel.core.settings.rtcpIntervalMs > 0 ? 'reported' : 'off',
    };
    return this.#local;
  }

  #keyFor(theirKey: string | undefined): string {
    const isSame = theirKey === undefined || theirKey === this.#theirKey;
    this.#theirKey = theirKey ?? this.#theirKey;
    return (isSame ? this.#local?.srtpKey : undefined) ?? this.#channel.core.ids.srtpKey();
  }

  get local(): LocalEnd | undefined {
    return this.#local;
  }

  /** The call is answered: early media and answer are one step here, as with `answer` in a dialplan. */
  establish(negotiated: Negotiated, local: LocalEnd): void {
    const channel = this.#channel;
    const now = channel.core.clock.now();
    const ssrc = channel.port?.stats.ssrc ?? 0;
    channel.codecName = negotiated.codec;
    channel.variables.setAll({
      ...mediaVariables({ ...local, ssrc }, negotiated),
      endpoint_disposition: 'EARLY MEDIA',
    });
    channel.stampTimes({ progressMedia: now, answered: now });
    channel.setCallState('EARLY');
    channel.variables.set('rtp_local_sdp_str', describedText(local, negotiated));
    channel.fireWithVariables('CHANNEL_PROGRESS_MEDIA', 'progressMedia');
    channel.answerState = 'answered';
    channel.fireWithVariables('CHANNEL_ANSWER', 'answer');
    channel.setCallState('ACTIVE');
    channel.variables.set('endpoint_disposition', 'ANSWER');
  }

  /** A re-INVITE has been accepted. */
  change(remoteSdp: string, negotiated: Negotiated, local: LocalEnd): void {
    const channel = this.#channel;
    const held = negotiated.remote.direction === 'sendonly' || negotiated.remote.direction === 'inactive';
    channel.port?.configure(rtpSettings(negotiated, local));
    channel.variables.setAll({
      ...offerVariables(remoteSdp),
      ...changedMediaVariables(negotiated),
      rtp_local_sdp_str: describedText(local, negotiated),
    });
    if (held) hold(channel);
    else unhold(channel);
  }
}

export function rtpSettings(
  { remote, codec, payloadType, eventType, direction, crypto }: Negotiated,
  local?: LocalEnd,
): RtpSettings {
  const send = local?.srtpKey;
  const { rtcp } = remote;
  return {
    remote: { address: remote.address, port: remote.port },
    // An address that is RTP's own may be that behind a NAT: then it follows RTP's.
    rtcp: typeof rtcp === 'object' && rtcp.address === remote.address ? { port: rtcp.port } : rtcp,
    codec,
    payloadType,
    dtmfPayloadType: eventType,
    direction,
    srtp: crypto === undefined || send === undefined ? undefined : { send, receive: crypto.key },
  };
}

function hold(channel: Channel): void {
  if (channel.callState === 'HELD') return;
  channel.setCallState('HELD');
  // switch_core_session_read_frame: with CF_HOLD no frame comes to its media bugs.
  for (const { handle } of channel.recordings.values()) handle.pause();
  channel.stampTimes({ lastHold: channel.core.clock.now() });
}

function unhold(channel: Channel): void {
  if (channel.callState !== 'HELD') return;
  const { lastHold, holdAccumulated } = channel.profile.times;
  channel.setCallState('UNHELD');
  for (const { handle } of channel.recordings.values()) handle.resume();
  channel.stampTimes({ holdAccumulated: holdAccumulated + channel.core.clock.now() - lastHold });
  channel.setCallState('ACTIVE');
}
