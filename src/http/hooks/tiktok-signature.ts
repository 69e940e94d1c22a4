/**
 * The two signature schemes of TikTok pushes, checked over the raw bytes before anything is parsed.
 * `X-Open-Signature`: hex HMAC-SHA256 of the body, or of the body with every non-ASCII character written `\uXXXX`
 * (both forms are seen). `TikTok-Signature: t=…,s=…`: hex HMAC-SHA256 of `t.body`, with a time limit.
 */
import { createHmac } from 'node:crypto';
import { isSameSecret } from '../same-secret.js';
import { checkSignedOrToken, type CheckPush, type SignatureCheck } from './signed-push.js';

/** Libraries tolerate this; the vendor's sample 5 s, which clock drift breaks. */
const TIMESTAMP_TOLERANCE_SECONDS = 300;

function hmacHex(secret: string, message: string | Buffer): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}

function sameHex(expected: string, given: string): boolean {
  return isSameSecret(given.trim().toLowerCase(), expected);
}

/** Every UTF-16 unit beyond ASCII as `\uXXXX`, lower-case; astral characters become surrogate pairs. */
export function escapeNonAscii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function checkOpen(secret: string, body: Buffer, signature: string): SignatureCheck {
  if (sameHex(hmacHex(secret, body), signature)) return { ok: true, form: 'open-raw' };
  if (sameHex(hmacHex(secret, escapeNonAscii(body.toString('utf8'))), signature))
    return { ok: true, form: 'open-escaped' };
  return { ok: false, why: 'X-Open-Signature does not match the body' };
}

function checkTimestamped(secret: string, body: Buffer, header: string, nowSeconds: number): SignatureCheck {
  const parts = new Map(header.split(',').map((part) => part.trim().split('=', 2) as [string, string]));
  const time = parts.get('t') ?? '';
  if (!/^\d{1,12}$/.test(time)) return { ok: false, why: 'TikTok-Signature has no time' };
  if (Math.abs(nowSeconds - Number(time)) > TIMESTAMP_TOLERANCE_SECONDS)
    return { ok: false, why: 'TikTok-Signature is too old' };
  const message = Buffer.concat([Buffer.from(`${time}.`), body]);
  if (sameHex(hmacHex(secret, message), parts.get('s') ?? '')) return { ok: true, form: 'tiktok' };
  return { ok: false, why: 'TikTok-Signature does not match the body' };
}

/** TikTok's messages are signed as its pushes are, other messengers as forms. */
export const checkMessenger: CheckPush = (push, secret) =>
  push.header('tiktok-signature') === undefined
    ? checkSignedOrToken(push, secret)
    : checkTiktokSignature(push, secret);

export const checkTiktokSignature: CheckPush = ({ body, header, nowSeconds }, secret) => {
  const open = header('x-open-signature');
  if (open !== undefined) return checkOpen(secret, body, open);
  const timestamped = header('tiktok-signature');
  if (timestamped !== undefined) return checkTimestamped(secret, body, timestamped, nowSeconds);
  return { ok: false, why: 'there is neither X-Open-Signature nor TikTok-Signature' };
};
