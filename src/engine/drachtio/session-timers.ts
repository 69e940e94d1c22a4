/**
 * Session timers (RFC 4028) as drachtio-server 0.9.10 keeps them: whoever is to refresh is read from the Session-Expires of
 * a 2xx to INVITE, or of a re-INVITE or UPDATE. We refresh by re-INVITE with the session as it was said last, half-way; a
 * far end that does not refresh is ended with BYE. Called where such messages pass.
 */
import { dialogRequest, targetOf, withNextSeq } from '../../sip/dialog-state.js';
import { headerOf } from '../../wire/sip-message.js';
import type { SipHeader, SipRequest, SipResponse } from '../../wire/sip-types.js';
import { routeOf, sendServerBye } from './app-dialog-requests.js';
import type { Engine, EngineDialog } from './engine-state.js';
import { stopSessionTimer } from './endings.js';
import { inSofiaOrder } from './sofia-messages.js';

/** Shortest interval (§4), in seconds. */
export const MIN_SE = 90;
/** Refreshes of many dialogs are spread by up to this much to either side. */
const SPREAD_MS = 5000;
const GLARE = 491;

type Refresher = 'us' | 'them';

interface Offered {
  readonly seconds: number;
  readonly refresher: string | undefined;
}

function offeredIn(message: SipRequest | SipResponse): Offered | undefined {
  const value = headerOf(message, 'Session-Expires') ?? '';
  const seconds = /^\s*(\d+)/.exec(value)?.[1];
  if (seconds === undefined) return undefined;
  return {
    seconds: Number(seconds),
    refresher: /;\s*refresher\s*=\s*(\w+)/i.exec(value)?.[1]?.toLowerCase(),
  };
}

/* ---- who refreshes ---- */

/** 2xx to an INVITE of ours. Without a word we refresh. */
export function heedAnswer(engine: Engine, dialog: EngineDialog, answer: SipResponse): void {
  const offered = offeredIn(answer);
  if (answer.status >= 300 || offered === undefined) return;
  start(engine, dialog, offered.seconds, offered.refresher === 'uas' ? 'them' : 'us');
}

/** re-INVITE or UPDATE of the far end; `too-small` is to be answered 422. Without Session-Expires the timer ends. */
export function heedRequest(
  engine: Engine,
  dialog: EngineDialog,
  request: SipRequest,
): 'heeded' | 'too-small' {
  const before = dialog.sessionTimer?.refresher;
  stopSessionTimer(engine, dialog);
  const offered = offeredIn(request);
  if (offered === undefined) return 'heeded';
  if (offered.seconds < MIN_SE) return 'too-small';
  const theyRefresh = offered.refresher === undefined ? before === 'us' : offered.refresher === 'uac';
  start(engine, dialog, offered.seconds, theyRefresh ? 'them' : 'us');
  return 'heeded';
}

/**
 * 200 to the first INVITE: what the application says; else what the caller asked for, which is echoed. A caller who leaves
 * the refresher open gets no timer.
 */
export function heedOwnAnswer(
  engine: Engine,
  dialog: EngineDialog,
  { invite, answer }: { readonly invite: SipRequest; readonly answer: SipResponse },
): readonly SipHeader[] {
  if (invite.method !== 'INVITE' || answer.status !== 200) return [];
  const said = offeredIn(answer);
  const asked = offeredIn(invite);
  const terms = said ?? (asked?.refresher === undefined ? undefined : asked);
  if (terms === undefined) return [];
  const { refresher = 'uac' } = terms;
  const seconds = Math.max(MIN_SE, terms.seconds);
  start(engine, dialog, seconds, refresher === 'uac' ? 'them' : 'us');
  return said === undefined ? [sessionExpires(seconds, refresher)] : [];
}

function sessionExpires(seconds: number, refresher: string): SipHeader {
  return { name: 'Session-Expires', value: `${seconds};refresher=${refresher}` };
}

/* ---- the timer ---- */

function start(engine: Engine, dialog: EngineDialog, seconds: number, refresher: Refresher): void {
  stopSessionTimer(engine, dialog);
  const ms = refresher === 'us' ? (seconds * 1000) / 2 + spread(engine) : seconds * 1000;
  const cancel = engine.clock.after(ms, () => {
    stopSessionTimer(engine, dialog);
    if (!engine.dialogs.has(dialog)) return;
    if (refresher === 'us') refresh(engine, dialog, seconds);
    else sendServerBye(engine, dialog, 'Session timer expired');
  });
  dialog.sessionTimer = { refresher, cancel };
  engine.sessionTimers.add(dialog);
}

/** Tags are random hexadecimal digits. */
function spread({ ids }: Engine): number {
  return (Number.parseInt(ids.tag().slice(0, 6), 16) % (2 * SPREAD_MS)) - SPREAD_MS || 0;
}

/* ---- refreshing ---- */

function refresh(engine: Engine, dialog: EngineDialog, seconds: number): void {
  dialog.state = withNextSeq(dialog.state);
  const { body, contentType } = dialog.localSession;
  const request = inSofiaOrder<SipRequest>(
    dialogRequest(dialog.state, 'INVITE', {
      headers: [
        { name: 'Contact', value: dialog.localContact },
        sessionExpires(seconds, 'uac'),
        { name: 'Min-SE', value: String(MIN_SE) },
        ...(body === '' ? [] : [{ name: 'Content-Type', value: contentType }]),
      ],
      body,
    }),
  );
  const seq = dialog.state.localSeq;
  const fail = () => {
    if (engine.dialogs.has(dialog)) sendServerBye(engine, dialog, 'Session timer expired');
  };
  engine.stack.request(
    request,
    {
      final: ({ message }) => {
        if (message.status < 300) takeRefreshed(engine, dialog, { answer: message, seq });
        // Both sides asked at once (RFC 3261 §14.1): again after the next half.
        else if (message.status === GLARE) start(engine, dialog, seconds, 'us');
        else fail();
      },
      timedOut: fail,
      transportFailed: fail,
    },
    routeOf(engine, dialog, request),
  );
}

function takeRefreshed(
  engine: Engine,
  dialog: EngineDialog,
  { answer, seq }: { readonly answer: SipResponse; readonly seq: number },
): void {
  if (!engine.dialogs.has(dialog)) return;
  dialog.state = { ...dialog.state, remoteTarget: targetOf(answer) ?? dialog.state.remoteTarget };
  const ack = inSofiaOrder<SipRequest>(dialogRequest(dialog.state, 'ACK', { seq, headers: [], body: '' }));
  engine.stack.sendAck(ack, routeOf(engine, dialog, ack));
  heedAnswer(engine, dialog, answer);
}
