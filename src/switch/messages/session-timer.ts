/**
 * Session timers (RFC 4028) on our side of a dialog: whoever asks for one keeps the session alive, and the signalling
 * server ends the dialog when it does not. What we ask carriers for stands in routes.ts.
 */
import type { SipHeaders, SipText } from '../libraries.js';

/** Shortest interval of the signalling server (§4). */
const MIN_SE = 90;

interface Asked {
  readonly seconds: number;
  readonly refresher: string | undefined;
}

function askedIn(message: SipText): Asked | undefined {
  const value = message.get('Session-Expires') ?? '';
  const seconds = /^\s*(\d+)/.exec(value)?.[1];
  if (seconds === undefined) return undefined;
  return {
    seconds: Number(seconds),
    refresher: /;\s*refresher\s*=\s*(\w+)/i.exec(value)?.[1]?.toLowerCase(),
  };
}

/** 200 to a re-INVITE or UPDATE; the signalling server has set its timer by the request. */
export function refreshHeaders(request: SipText): SipHeaders {
  const asked = askedIn(request);
  return asked === undefined ? {} : terms(asked.seconds, asked.refresher ?? 'uac');
}

/** 200 to the first INVITE. A caller who says who refreshes is answered by the signalling server itself. */
export function answerHeaders(invite: SipText): SipHeaders {
  const asked = askedIn(invite);
  return asked === undefined || asked.refresher !== undefined
    ? {}
    : terms(Math.max(MIN_SE, asked.seconds), 'uac');
}

function terms(seconds: number, refresher: string): SipHeaders {
  const expires = { 'Session-Expires': `${seconds};refresher=${refresher}` };
  return refresher === 'uac' ? { ...expires, Require: 'timer' } : expires;
}

/** After 422: the same with the interval that the far end can do (§7.3). Undefined: we asked for none, or it says none. */
export function longerInterval(headers: SipHeaders, refusal: SipText): SipHeaders | undefined {
  const least = /^\s*(\d+)/.exec(refusal.get('Min-SE') ?? '')?.[1];
  const asked = headers['Session-Expires'];
  if (least === undefined || asked === undefined || Number.parseInt(asked, 10) >= Number(least))
    return undefined;
  return { ...headers, 'Session-Expires': asked.replace(/^\s*\d+/, least), 'Min-SE': least };
}
