/**
 * FreeSWITCH makes itself a new SRTP key for every offer that brings another key of the far end
 * (switch_core_session_check_incoming_crypto), and takes a carrier's answer for such an offer. The key that the carrier was
 * offered is void then: it is told the new one by re-INVITE, in which it keeps its own.
 */
import type { MediaTerms } from '../../domain/routing/telephony.js';
import { readCrypto } from '../../wire/sdp-crypto.js';
import type { Endpoint } from '../legs/endpoint.js';
import type { SrfDialog } from '../libraries.js';
import { addressed, forMedia, offerOf } from './session-text.js';
import type { Signalling } from '../servers/signalling.js';

export interface Keyed {
  readonly endpoint: Endpoint;
  /** That the carrier has of us. */
  readonly offeredKey: string | undefined;
  readonly media: MediaTerms | undefined;
  readonly mediaAddress: string | undefined;
}

/** `refused`: the two never came to know each other's keys. */
export async function tellNewKey(
  signalling: Signalling,
  dialog: SrfDialog,
  { endpoint, offeredKey, media, mediaAddress }: Keyed,
): Promise<'known' | 'refused'> {
  const key = readCrypto(endpoint.localSdp)?.key;
  if (key === undefined || key === offeredKey) return 'known';
  const offer = addressed(offerOf(endpoint.localSdp, media), mediaAddress);
  const answered = await signalling.settle(() => dialog.modify(offer));
  if (answered.kind !== 'value') return 'refused';
  const modified = await endpoint.modify(forMedia(answered.value, media?.srtp));
  return modified.ok && readCrypto(modified.sdp)?.key === key ? 'known' : 'refused';
}
