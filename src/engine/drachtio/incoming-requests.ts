/**
 * Requests from the network: which application gets them, and what the server answers by itself. The order of frames is
 * that of drachtio-server (test/contract/drachtio-replay.test.ts).
 */
import type { Received, ServerTransaction, ServerTransactionEvents } from '../../sip/api.js';
import { afterTheirRequest, isOutOfOrder } from '../../sip/dialog-state.js';
import { headerOf } from '../../wire/sip-message.js';
import { tagOf, withTag } from '../../wire/sip-name-addr.js';
import type { SipRequest } from '../../wire/sip-types.js';
import { sendServerBye } from './app-dialog-requests.js';
import { endDialog, forgetPending, refuse } from './endings.js';
import type { Engine, EngineDialog, PendingRequest } from './engine-state.js';
import { sipFrame, type Envelope } from './frames.js';
import { isRoutedHere } from './proxied-messages.js';
import { passAckOn, passRequestOn } from './proxy-routes.js';
import { heedRequest, MIN_SE } from './session-timers.js';
import { sofiaResponse } from './sofia-messages.js';

type Listen = (events: Partial<ServerTransactionEvents>) => void;

/** Methods that go to an application outside a dialog. */
const ROUTED = new Set([
  'INVITE',
  'REGISTER',
  'MESSAGE',
  'OPTIONS',
  'INFO',
  'NOTIFY',
  'SUBSCRIBE',
  'PUBLISH',
]);
/** Methods that mean nothing outside a dialog (RFC 3261 §15.1.2, RFC 3262 §3, RFC 3311 §5.2). */
const ONLY_INSIDE = new Set(['BYE', 'UPDATE', 'PRACK']);
const MAKES_DIALOG = new Set(['INVITE', 'SUBSCRIBE']);
/** Methods in a dialog that say how long the session lasts (RFC 4028). */
const REFRESHES = new Set(['INVITE', 'UPDATE']);

export function takeRequest(engine: Engine, transaction: ServerTransaction, on: Listen): void {
  const { message } = transaction.received;
  const dialog = engine.dialogs.match(message);
  if (dialog && isForDialog(engine, dialog, message)) takeInside(engine, { transaction, on, dialog });
  else if (isPassingThrough(engine, message)) passRequestOn(engine, transaction, on);
  else takeOutside(engine, transaction, on);
}

/** Of a dialog between others whose first request was proxied here. */
function isPassingThrough(engine: Engine, request: SipRequest): boolean {
  return tagOf(headerOf(request, 'To') ?? '') !== undefined && isRoutedHere(engine, request);
}

/** Before the final answer only PRACK and UPDATE belong to the dialog; the rest is routed as if there were none. */
function isForDialog(engine: Engine, dialog: EngineDialog, request: SipRequest): boolean {
  return engine.dialogs.has(dialog) || request.method === 'UPDATE' || request.method === 'PRACK';
}

/* ---- outside a dialog ---- */

function takeOutside(engine: Engine, transaction: ServerTransaction, on: Listen): void {
  const { message } = transaction.received;
  if (message.method === 'INVITE') trying(engine, transaction);
  const isLost = message.method === 'INVITE' && tagOf(headerOf(message, 'To') ?? '') !== undefined;
  if (isLost || ONLY_INSIDE.has(message.method)) refuse(engine, transaction, 481);
  else if (isIncomplete(message)) refuse(engine, transaction, 400);
  // REFER and unknown methods outside a dialog are dropped without a word.
  else if (!ROUTED.has(message.method)) transaction.forget();
  else routeOutside(engine, transaction, on);
}

function isIncomplete(request: SipRequest): boolean {
  const hasTag = tagOf(headerOf(request, 'From') ?? '') !== undefined;
  return !hasTag || (request.method === 'INVITE' && headerOf(request, 'Contact') === undefined);
}

function routeOutside(engine: Engine, transaction: ServerTransaction, on: Listen): void {
  const { received } = transaction;
  const { method } = received.message;
  const client = engine.routes.next(method.toLowerCase());
  if (!client) {
    refuse(engine, transaction, 503);
    return;
  }
  const kind = MAKES_DIALOG.has(method) ? 'first' : 'alone';
  const pending = expectAnswer(engine, { transaction, client, kind, dialog: undefined }, on);
  const { local } = received;
  client.tell(
    sipFrame(
      envelopeOf(received),
      [pending.transactionId, '', local.host, String(local.port)],
      received.message,
    ),
  );
  if (method === 'INVITE') engine.cdr({ kind: 'attempt', source: 'network', message: received.message });
}

type Expected = Pick<PendingRequest, 'transaction' | 'client' | 'kind' | 'dialog'>;

function expectAnswer(engine: Engine, expected: Expected, on: Listen): PendingRequest {
  const transactionId = engine.ids.uuid();
  const entry: PendingRequest = {
    ...expected,
    transactionId,
    reliable: undefined,
    update: undefined,
    stopTimer: giveUpOn(engine, transactionId),
    listen: on,
  };
  engine.pending.set(transactionId, entry);
  on({
    cancelled: (cancel) => {
      takeCancel(engine, entry, cancel);
    },
    terminated: () => {
      abandon(engine, entry);
    },
    transportFailed: () => {
      abandon(engine, entry);
    },
    ackTimeout: () => {
      ackTimedOut(engine, entry);
    },
  });
  return entry;
}

/** Timer H: our 2xx was never acknowledged. The first INVITE's dialog ends with it. */
function ackTimedOut(engine: Engine, { dialog, transaction }: PendingRequest): void {
  if (dialog?.unacknowledged?.transaction !== transaction) return;
  const { invite } = dialog.unacknowledged;
  dialog.unacknowledged = undefined;
  if (invite === 'first') sendServerBye(engine, dialog, 'ACK timeout');
}

/** An application that never answers at all: after twice 64·T1 the request is let go, and its sender is told nothing. */
function giveUpOn(engine: Engine, transactionId: string): () => void {
  return engine.clock.after(2 * engine.timers.transactionLimit, () => {
    engine.pending.get(transactionId)?.transaction.forget();
  });
}

/** The transaction is over without an answer of the application. */
function abandon(engine: Engine, pending: PendingRequest): void {
  forgetPending(engine, pending);
  if (pending.dialog && !engine.dialogs.has(pending.dialog)) engine.dialogs.remove(pending.dialog);
}

/**
 * The stack has answered the CANCEL. Once the application has sent something the real server reports the CANCEL with the
 * INVITE's size and the dialog id.
 */
function takeCancel(engine: Engine, pending: PendingRequest, cancel: Received<SipRequest>): void {
  const { transaction, dialog, client } = pending;
  const { received } = transaction;
  const to = withTag(headerOf(received.message, 'To') ?? '', dialog?.state.localTag ?? engine.ids.tag());
  transaction.respond(sofiaResponse(received.message, 487, { to }));
  forgetPending(engine, pending);
  const bytes = dialog ? received.bytes : cancel.bytes;
  if (dialog) {
    engine.dialogs.remove(dialog);
    engine.cdr({ kind: 'stop', source: 'network', message: cancel.message, reason: 'call-canceled' });
  }
  client.tell(
    sipFrame({ ...envelopeOf(cancel), bytes }, [pending.transactionId, dialog?.id ?? ''], cancel.message),
  );
}

/* ---- inside a dialog ---- */

interface Inside {
  readonly transaction: ServerTransaction;
  readonly on: Listen;
  readonly dialog: EngineDialog;
}

function takeInside(engine: Engine, inside: Inside): void {
  const { transaction, dialog } = inside;
  const { message } = transaction.received;
  if (isOutOfOrder(dialog.state, message)) refuse(engine, transaction, 500);
  else if (message.method === 'INVITE' && dialog.unacknowledged) refuse(engine, transaction, 491);
  else {
    dialog.state = afterTheirRequest(dialog.state, message);
    if (message.method === 'INVITE') trying(engine, transaction);
    routeInside(engine, inside);
  }
}

function routeInside(engine: Engine, inside: Inside): void {
  const { method } = inside.transaction.received.message;
  const { message } = inside.transaction.received;
  if (REFRESHES.has(method) && heedRequest(engine, inside.dialog, message) === 'too-small')
    refuse(engine, inside.transaction, 422, [{ name: 'Min-SE', value: String(MIN_SE) }]);
  else if (method === 'PRACK') takePrack(engine, inside);
  else if (method === 'UPDATE' && !engine.dialogs.has(inside.dialog)) takeEarlyUpdate(engine, inside);
  else if (method === 'BYE') takeBye(engine, inside);
  else tellInside(engine, inside);
}

/** Without its client the request is refused: a new connection does not inherit dialogs. */
function tellInside(engine: Engine, { transaction, on, dialog }: Inside): void {
  const { client } = dialog;
  if (client.state === 'gone') {
    refuse(engine, transaction, 481);
    return;
  }
  const pending = expectAnswer(engine, { transaction, client, kind: 'inside', dialog }, on);
  client.tell(
    sipFrame(
      envelopeOf(transaction.received),
      [pending.transactionId, dialog.id],
      transaction.received.message,
    ),
  );
}

function takeBye(engine: Engine, inside: Inside): void {
  const { transaction, dialog } = inside;
  endDialog(engine, dialog);
  tellInside(engine, inside);
  engine.cdr({
    kind: 'stop',
    source: 'network',
    message: transaction.received.message,
    reason: 'normal-release',
  });
}

/** RFC 3262 §3. From the first PRACK on applications can name the dialog. */
function takePrack(engine: Engine, inside: Inside): void {
  const { transaction, dialog } = inside;
  const invite = engine.pending.get(dialog.transactionId);
  if (invite?.reliable?.prack(transaction.received.message) !== 'yes') {
    refuse(engine, transaction, 481);
    return;
  }
  engine.dialogs.confirm(dialog);
  tellInside(engine, inside);
}

/** RFC 3311 §5.2: one at a time before the final answer; it goes by the INVITE's transaction id. */
function takeEarlyUpdate(engine: Engine, { transaction, dialog }: Inside): void {
  const invite = engine.pending.get(dialog.transactionId);
  if (!invite || invite.update) {
    refuse(engine, transaction, 500);
    return;
  }
  invite.update = transaction;
  dialog.client.tell(
    sipFrame(
      envelopeOf(transaction.received),
      [invite.transactionId, dialog.id],
      transaction.received.message,
    ),
  );
}

/** The ACK to a 2xx. `protocol` is empty in these frames. */
export function takeAck(engine: Engine, ack: Received<SipRequest>): void {
  const dialog = engine.dialogs.match(ack.message);
  if (!dialog) {
    if (isPassingThrough(engine, ack.message)) passAckOn(engine, ack);
    return;
  }
  const isFirst = dialog.unacknowledged?.invite === 'first';
  dialog.unacknowledged?.transaction.acknowledged();
  dialog.unacknowledged = undefined;
  // The real server looks for an INVITE in progress on the leg; an own re-INVITE under way is one too.
  const transactionId = isFirst || dialog.ownInvite ? dialog.transactionId : engine.ids.uuid();
  dialog.client.tell(sipFrame({ ...envelopeOf(ack), protocol: '' }, [transactionId, dialog.id], ack.message));
}

/* ---- answers of the server itself ---- */

/** Outside the transaction: sofia does not repeat its 100 when the INVITE comes again. */
function trying(engine: Engine, { received }: ServerTransaction): void {
  const to = headerOf(received.message, 'To') ?? '';
  engine.stack.respondStateless(received, sofiaResponse(received.message, 100, { to }));
}

function envelopeOf(received: Received<SipRequest>): Envelope {
  const { bytes, remote, at } = received;
  return { source: 'network', bytes, protocol: remote.protocol, address: remote.host, port: remote.port, at };
}
