/**
 * Cuts a TCP stream into SIP messages (RFC 3261 §18.3: Content-Length is mandatory there) and finds the keep-alives of
 * RFC 5626 §3.5.1: a double CRLF is a ping to be answered by a single CRLF. One reader per connection.
 */
import { Buffer } from 'node:buffer';

export type SipStreamItem =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  | { readonly kind: 'ping' }
  /** A single CRLF: the answer to our ping, or slack between messages. */
  | { readonly kind: 'pong' }
  /** The stream cannot be followed any more; the connection must be closed. */
  | { readonly kind: 'fault'; readonly why: 'too-large' | 'content-length' };

export interface SipStreamReader {
  push(chunk: Uint8Array): SipStreamItem[];
}

const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,8})[ \t]*(?=\r\n)/i;

type Cut = { readonly item: SipStreamItem; readonly bytes: number } | 'more';

export function createSipStreamReader(limits: { readonly messageBytes: number }): SipStreamReader {
  let pending: Buffer = Buffer.alloc(0);
  let isBroken = false;

  return {
    push(chunk) {
      if (isBroken) return [];
      pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
      const items: SipStreamItem[] = [];
      for (
        let cut = cutNext(pending, limits.messageBytes);
        cut !== 'more';
        cut = cutNext(pending, limits.messageBytes)
      ) {
        items.push(cut.item);
        pending = pending.subarray(cut.bytes);
        isBroken = cut.item.kind === 'fault';
        if (isBroken) break;
      }
      return items;
    },
  };
}

function cutNext(pending: Buffer, limit: number): Cut {
  if (pending.length < 2) return 'more';
  if (pending.subarray(0, 2).equals(CRLF)) return cutKeepAlive(pending);
  const end = pending.indexOf(END_OF_HEADERS);
  if (end < 0) return pending.length > limit ? fault('too-large') : 'more';
  const length = CONTENT_LENGTH.exec(pending.toString('latin1', 0, end + 2))?.[1];
  if (length === undefined) return fault('content-length');
  const bytes = end + END_OF_HEADERS.length + Number(length);
  if (bytes > limit) return fault('too-large');
  if (pending.length < bytes) return 'more';
  return { item: { kind: 'message', bytes: pending.subarray(0, bytes) }, bytes };
}

/** A CRLF at the end of what has come may be the first half of a ping, so it waits. */
function cutKeepAlive(pending: Buffer): Cut {
  const isUndecided = pending.length < 4 && END_OF_HEADERS.subarray(0, pending.length).equals(pending);
  if (isUndecided) return 'more';
  const isPing = pending.subarray(0, 4).equals(END_OF_HEADERS);
  return isPing ? { item: { kind: 'ping' }, bytes: 4 } : { item: { kind: 'pong' }, bytes: 2 };
}

function fault(why: 'too-large' | 'content-length'): Cut {
  return { item: { kind: 'fault', why }, bytes: 0 };
}
