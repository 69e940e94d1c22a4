/** Offer and answer of one call (RFC 3264): the SDP texts of the phone's side, and what they mean for its RTP port. */
import type { MediaPort, RtpSettings } from '../media/api.js';
import {
  answerDirection,
  buildAnswer,
  buildOffer,
  chooseCodec,
  readAudio,
  type G711,
  type SdpDirection,
} from '../wire/sdp.js';

export class Negotiation {
  readonly #port: MediaPort;
  readonly #codecs: readonly G711[];
  readonly #sessionId: number;
  #version = 0;
  /** What this side wants: `sendonly` while it holds the call. */
  #wanted: SdpDirection = 'sendrecv';
  #stage: 'open' | 'agreed' = 'open';

  constructor(port: MediaPort, codecs: readonly G711[], sessionId: number) {
    this.#port = port;
    this.#codecs = codecs;
    this.#sessionId = sessionId;
  }

  /** `agreed` once a usable SDP of the far end was put into effect. */
  get stage(): 'open' | 'agreed' {
    return this.#stage;
  }

  offer(wanted: SdpDirection = this.#wanted): string {
    return buildOffer({ ...this.#local(), direction: wanted });
  }

  /** Our answer, put into effect; `undefined` when there is no common codec. */
  answer(offer: string): string | undefined {
    const answer = buildAnswer(offer, { ...this.#local(), direction: this.#wanted });
    if (answer !== undefined) this.apply(offer);
    return answer;
  }

  /** Puts into effect what the far end's SDP says; `wanted`: what we offered. */
  apply(theirs: string, wanted: SdpDirection = this.#wanted): 'agreed' | 'unusable' {
    const audio = readAudio(theirs);
    const codec = audio && chooseCodec(audio, this.#codecs);
    if (!codec || audio.port === 0) return 'unusable';
    this.#wanted = wanted;
    this.#stage = 'agreed';
    const settings: RtpSettings = {
      remote: { address: audio.address, port: audio.port },
      codec: codec.name,
      payloadType: codec.payloadType,
      dtmfPayloadType: audio.telephoneEvent,
      direction: answerDirection(audio.direction, wanted),
      // Our answer never says rtcp-mux, so ports stay two (RFC 5761 §5.1.1).
      rtcp: audio.rtcp === 'muxed' ? undefined : audio.rtcp,
    };
    this.#port.configure(settings);
    return 'agreed';
  }

  #local() {
    this.#version += 1;
    return {
      address: this.#port.localAddress,
      port: this.#port.localPort,
      sessionId: this.#sessionId,
      sessionVersion: this.#version,
      codecs: this.#codecs,
    };
  }
}
