/** Keys of SRTP in the SDP (SDES, RFC 4568): one suite, AES_CM_128_HMAC_SHA1_80, without MKI. Pure. */
import { Buffer } from 'node:buffer';

export const SRTP_SUITE = 'AES_CM_128_HMAC_SHA1_80';

export interface SdpCrypto {
  readonly tag: string;
  /** Base64 of 30 bytes: master key and salt. */
  readonly key: string;
}

const KEY_BYTES = 30;
/** A lifetime (`|2^31`) may follow, an MKI (`|1:4`) would change every packet. */
const LINE =
  /^a=crypto:(\d{1,9}) AES_CM_128_HMAC_SHA1_80 inline:([A-Za-z0-9+/=]{40})(?:\|(?:2\^)?\d+)?\s*$/gm;
const SECURE = /^(m=audio \d+ RTP\/)SAVP(?= )/m;
const PLAIN = /^(m=audio \d+ RTP\/)AVP(?= )/m;

/** The first that this program understands. */
export function readCrypto(sdp: string): SdpCrypto | undefined {
  for (const [, tag = '', key = ''] of sdp.matchAll(LINE))
    if (Buffer.from(key, 'base64').length === KEY_BYTES) return { tag, key };
  return undefined;
}

/** Any keys, also of suites that this program does not have. */
export function hasCrypto(sdp: string): boolean {
  return /^a=crypto:/m.test(sdp);
}

export function withoutCrypto(sdp: string): string {
  return sdp.replace(/^a=crypto:.*\r?\n/gm, '');
}

export function cryptoLine({ tag, key }: SdpCrypto): string {
  return `a=crypto:${tag} ${SRTP_SUITE} inline:${key}`;
}

/** The stream is SRTP, and nothing else. */
export function isSavp(sdp: string): boolean {
  return SECURE.test(sdp);
}

export function asSavp(sdp: string): string {
  return sdp.replace(PLAIN, '$1SAVP');
}

/** Keys in a stream that plain RTP is welcome in, too (RFC 8643). */
export function asAvp(sdp: string): string {
  return sdp.replace(SECURE, '$1AVP');
}
