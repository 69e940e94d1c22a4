/** A push as a source's check sees it, and what the check says. Signatures are made over the raw bytes. */
import { createHmac } from 'node:crypto';
import type { Push } from '../../domain/leads/lead.js';
import { isSameSecret } from '../same-secret.js';

export type SignatureCheck =
  { readonly ok: true; readonly form: Push['signature'] } | { readonly ok: false; readonly why: string };

export interface SignedPush {
  readonly body: Buffer;
  /** By its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** `?token=`, for sources that can neither sign nor send a header. */
  readonly token: string | undefined;
  readonly nowSeconds: number;
}

/** Of a source: is this push of whoever knows the secret? A secret within the body is read by the check itself. */
export type CheckPush = (push: SignedPush, secret: string) => SignatureCheck;

/** `sha256=` before it does not matter, nor whether it is written in hex or in base64. */
export function hmacMatches(secret: string, message: Buffer, given: string): boolean {
  const digest = createHmac('sha256', secret).update(message).digest();
  const written = given.trim().replace(/^sha256=/i, '');
  return (
    isSameSecret(written.toLowerCase(), digest.toString('hex')) ||
    isSameSecret(written, digest.toString('base64'))
  );
}

/** The name differs by builder, the computation does not. */
const SIGNATURE_HEADERS = [
  'x-signature',
  'x-signature-256',
  'x-hub-signature-256',
  'x-webhook-signature',
  'x-haravan-hmacsha256',
  'typeform-signature',
];
const TOKEN_HEADERS = ['x-api-key', 'x-token', 'x-webhook-token'];

/** Sites, builders, messengers: a signature when there is one, else the secret itself as a token. */
export const checkSignedOrToken: CheckPush = (push, secret) => {
  const signed = SIGNATURE_HEADERS.find((name) => push.header(name) !== undefined);
  if (signed !== undefined)
    return hmacMatches(secret, push.body, push.header(signed) ?? '')
      ? { ok: true, form: 'hmac' }
      : { ok: false, why: `${signed} does not match the body` };
  const token = tokenOf(push);
  if (token === undefined) return { ok: false, why: 'there is neither a signature nor a token' };
  return isSameSecret(token, secret)
    ? { ok: true, form: 'token' }
    : { ok: false, why: 'the token is not that of the connection' };
};

function tokenOf({ header, token }: SignedPush): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(header('authorization') ?? '')?.[1]?.trim();
  return bearer ?? TOKEN_HEADERS.map(header).find((value) => value !== undefined) ?? token;
}

/** Meta: `sha256=` and the digest in hex. */
export const checkHubSignature: CheckPush = ({ body, header }, secret) => {
  const signature = header('x-hub-signature-256');
  if (signature === undefined) return { ok: false, why: 'there is no X-Hub-Signature-256' };
  return hmacMatches(secret, body, signature)
    ? { ok: true, form: 'hmac' }
    : { ok: false, why: 'X-Hub-Signature-256 does not match the body' };
};
