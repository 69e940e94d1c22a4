/** Channel variables that say what was negotiated (switch_core_media.c). Pure. */
import { SRTP_SUITE } from '../../../wire/sdp-crypto.js';
import type { Negotiated } from './local-description.js';
import { CODEC_PREFERENCES } from './local-description.js';

export interface LocalMedia {
  readonly address: string;
  readonly port: number;
  readonly ssrc: number;
}

export function mediaVariables(
  local: LocalMedia,
  { remote, codec, payloadType, eventType, crypto }: Negotiated,
): Record<string, string | undefined> {
  return {
    ...flowVariables(remote.said),
    rtp_audio_recv_pt: String(payloadType),
    rtp_use_codec_name: codec,
    rtp_use_codec_rate: '8000',
    rtp_use_codec_ptime: '20',
    rtp_use_codec_channels: '1',
    rtp_last_audio_codec_string: `${codec}@8000h@20i@1c`,
    read_codec: codec,
    original_read_codec: codec,
    read_rate: '8000',
    original_read_rate: '8000',
    write_codec: codec,
    write_rate: '8000',
    dtmf_type: 'rfc2833',
    local_media_ip: local.address,
    local_media_port: String(local.port),
    advertised_media_ip: local.address,
    rtp_use_timer_name: 'soft',
    rtp_use_pt: String(payloadType),
    rtp_use_ssrc: String(local.ssrc),
    rtp_2833_send_payload: eventType === undefined ? undefined : String(eventType),
    rtp_2833_recv_payload: eventType === undefined ? undefined : String(eventType),
    remote_media_ip: remote.address,
    remote_media_port: String(remote.port),
    ...(crypto && { rtp_secure_media_confirmed: 'true', rtp_secure_media_negotiated: SRTP_SUITE }),
  };
}

/** What a re-INVITE sets again, in its order. */
export function changedMediaVariables({
  remote,
  payloadType,
  eventType,
}: Negotiated): Record<string, string | undefined> {
  return {
    ...flowVariables(remote.said),
    remote_media_ip: remote.address,
    remote_media_port: String(remote.port),
    rtp_audio_recv_pt: String(payloadType),
    dtmf_type: 'rfc2833',
    rtp_2833_send_payload: eventType === undefined ? undefined : String(eventType),
    rtp_2833_recv_payload: eventType === undefined ? undefined : String(eventType),
  };
}

function flowVariables(direction: string): Record<string, string> {
  return {
    rtp_use_codec_string: CODEC_PREFERENCES.join(','),
    remote_video_media_flow: 'inactive',
    remote_text_media_flow: 'inactive',
    remote_audio_media_flow: direction,
    audio_media_flow: direction,
  };
}
