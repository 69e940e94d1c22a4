/** What an INVITE says, as the channel variables and the caller profile mod_sofia makes of it. Pure. */
import type { Received } from '../../../sip/api.js';
import { chooseCodec, readAudio, type AudioMedia } from '../../../wire/sdp.js';
import { headerOf, headersOf } from '../../../wire/sip-message.js';
import { parseNameAddr, tagOf } from '../../../wire/sip-name-addr.js';
import { parameterOf } from '../../../wire/sip-tokens.js';
import type { SipRequest } from '../../../wire/sip-types.js';
import { parseSipUri, type SipUri } from '../../../wire/sip-uri.js';
import { parseVia } from '../../../wire/sip-via.js';
import type { CallerProfile } from '../channel/caller-profile.js';
import { timesAt } from '../channel/channel.js';
import type { Core } from '../core.js';
import { microseconds } from '../events/event-bus.js';
import { profileUri } from '../api/sofia.js';
import { CODEC_PREFERENCES, normalisedRemote } from './local-description.js';

type VariableMap = Record<string, string | undefined>;

const NOBODY = 'nobody';

export function callerProfile(core: Core, uuid: string, received: Received<SipRequest>): CallerProfile {
  const { message, remote } = received;
  const from = parseNameAddr(headerOf(message, 'From') ?? '');
  const uri = uriOf(headerOf(message, 'From'));
  const number = uri?.user;
  const name = from?.display ?? number ?? 'unknown';
  return {
    uuid,
    channelName: `sofia/${core.profile.name}/${userAtHost(uri)}`,
    dialplan: 'XML',
    callerIdName: name,
    origCallerIdName: name,
    ...(number === undefined ? {} : { username: number, callerIdNumber: number, origCallerIdNumber: number }),
    networkAddress: remote.host,
    destination: parseSipUri(message.uri)?.user ?? core.profile.name,
    context: 'mrf',
    index: 1,
    times: timesAt(core.clock.now()),
  };
}

/** In the order of sofia.c; later sets move a variable to the end. */
export function inviteVariables(
  core: Core,
  channel: { readonly uuid: string; readonly sessionId: number; readonly name: string },
  received: Received<SipRequest>,
): VariableMap {
  const { message } = received;
  return {
    direction: 'inbound',
    uuid: channel.uuid,
    call_uuid: channel.uuid,
    session_id: String(channel.sessionId),
    ...uriVariables('from', uriOf(headerOf(message, 'From'))),
    video_media_flow: 'disabled',
    audio_media_flow: 'disabled',
    text_media_flow: 'disabled',
    channel_name: channel.name,
    sip_call_id: headerOf(message, 'Call-ID'),
    ...networkVariables(core, received),
    sip_from_tag: tagOf(headerOf(message, 'From') ?? ''),
    sofia_profile_name: core.profile.name,
    sofia_profile_url: profileUri(core),
    recovery_profile_name: core.profile.name,
    ...fullHeaderVariables(message),
    ...uriVariables('req', parseSipUri(message.uri)),
    ...uriVariables('to', uriOf(headerOf(message, 'To'))),
    ...uriVariables('contact', uriOf(headerOf(message, 'Contact'))),
    rtp_use_codec_string: CODEC_PREFERENCES.join(','),
    sip_user_agent: headerOf(message, 'User-Agent'),
    ...viaVariables(message),
    max_forwards: headerOf(message, 'Max-Forwards') ?? '70',
    ...privateHeaders(message),
    ...offerVariables(message.body),
    endpoint_disposition: message.body === '' ? undefined : 'DELAYED NEGOTIATION',
  };
}

/** Via, From and To as they stand; set again by the ACK with the tags of the dialog. */
export function fullHeaderVariables(message: SipRequest): VariableMap {
  return {
    sip_full_via: headersOf(message, 'Via')[0],
    sip_full_from: headerOf(message, 'From'),
    sip_full_to: headerOf(message, 'To'),
  };
}

/** What the ACK that completes the dialog sets. */
export function dialogVariables(ack: SipRequest): VariableMap {
  return {
    sip_to_tag: tagOf(headerOf(ack, 'To') ?? ''),
    sip_from_tag: tagOf(headerOf(ack, 'From') ?? ''),
    sip_cseq: headerOf(ack, 'CSeq')?.split(' ')[0],
    sip_call_id: headerOf(ack, 'Call-ID'),
    ...fullHeaderVariables(ack),
  };
}

export function offerVariables(sdp: string): VariableMap {
  const audio = readAudio(sdp);
  if (audio === undefined) return {};
  return { switch_r_sdp: normalisedRemote(sdp), ep_codec_string: codecString(audio) };
}

/** The offered codecs this server has, in its own order. */
function codecString(audio: AudioMedia): string {
  const common = CODEC_PREFERENCES.filter((name) => chooseCodec(audio, [name]) !== undefined);
  return common.map((name) => `CORE_PCM_MODULE.${name}@8000h@20i@64000b`).join(',');
}

function networkVariables(core: Core, { remote, local }: Received<SipRequest>): VariableMap {
  return {
    sip_local_network_addr: local.host,
    sip_network_ip: remote.host,
    sip_network_port: String(remote.port),
    sip_invite_stamp: microseconds(core.clock.now()),
    sip_received_ip: remote.host,
    sip_received_port: String(remote.port),
    sip_via_protocol: remote.protocol,
  };
}

function uriVariables(name: string, uri: SipUri | undefined): VariableMap {
  if (uri === undefined) return {};
  return {
    [`sip_${name}_user`]: uri.user ?? NOBODY,
    [`sip_${name}_port`]: uri.port === undefined ? undefined : String(uri.port),
    [`sip_${name}_uri`]: userAtHost(uri),
    [`sip_${name}_host`]: uri.host,
  };
}

function viaVariables(message: SipRequest): VariableMap {
  const via = parseVia(headersOf(message, 'Via')[0] ?? '');
  if (via === undefined) return {};
  return {
    sip_via_host: via.host,
    sip_via_port: via.port === undefined ? undefined : String(via.port),
    sip_via_rport: parameterOf(via.parameters, 'rport'),
  };
}

function privateHeaders(message: SipRequest): VariableMap {
  return Object.fromEntries(
    message.headers
      .filter(({ name }) => /^X-/i.test(name))
      .map(({ name, value }) => [`sip_h_${name}`, value]),
  );
}

function uriOf(value: string | undefined): SipUri | undefined {
  const address = parseNameAddr(value ?? '');
  return address === undefined ? undefined : parseSipUri(address.uri);
}

function userAtHost(uri: SipUri | undefined): string {
  const port = uri?.port === undefined ? '' : `:${uri.port}`;
  return `${uri?.user ?? NOBODY}@${uri?.host ?? ''}${port}`;
}
