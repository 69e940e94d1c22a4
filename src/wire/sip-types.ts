/**
 * The shape of a SIP message (RFC 3261 §7) as every room of ours passes it around. Pure values: a message is never
 * changed in place. Header order and spelling are kept as they came; `name` of well-known headers is the long form.
 */

export interface SipHeader {
  readonly name: string;
  readonly value: string;
}

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  /** Request-URI, verbatim. */
  readonly uri: string;
  readonly headers: readonly SipHeader[];
  /** UTF-8 text; Content-Length is computed in bytes when the message is written. */
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}

export type SipMessage = SipRequest | SipResponse;

/** Outcome of parsing untrusted bytes: a value, never an exception (RFC 3261 §18.3, RFC 4475). */
export type SipParseResult =
  | { readonly ok: true; readonly message: SipMessage }
  | {
      readonly ok: false;
      readonly why: string;
      /** Enough of a request to answer 400, when there is. */ readonly partial?: SipRequest;
    };
