/** Responses of applications to requests from the network. */
import type { Received } from '../../sip/api.js';
import { symmetricRoute, uasDialogState } from '../../sip/dialog-state.js';
import { createReliableProvisionals } from '../../sip/reliable-provisionals.js';
import { headerOf, headersOf, writeSipMessage } from '../../wire/sip-message.js';
import { tagOf, withTag } from '../../wire/sip-name-addr.js';
import type { SipHeader, SipResponse } from '../../wire/sip-types.js';
import type { Client } from './control-port.js';
import { forgetPending } from './endings.js';
import type { Engine, EngineDialog, PendingRequest } from './engine-state.js';
import { sentResponse, type SipCommand } from './frames.js';
import { REFUSALS } from './replies.js';
import { heedOwnAnswer } from './session-timers.js';
import { NO_SESSION, noteSession } from './local-session.js';
import { contentTypeOf, inSofiaOrder, sofiaResponse, takeHeaders } from './sofia-messages.js';

interface Answer {
  readonly engine: Engine;
  readonly client: Client;
  readonly command: SipCommand;
  readonly pending: PendingRequest;
  readonly response: SipResponse;
}

export function takeResponse(
  engine: Engine,
  client: Client,
  command: SipCommand,
  response: SipResponse,
): void {
  const pending = engine.pending.get(command.transactionId);
  if (!pending) client.reply(command.id, unknownTransaction(response));
  else answer({ engine, client, command, pending, response });
}

function unknownTransaction(response: SipResponse): string {
  const isToCancel = (headerOf(response, 'CSeq') ?? '').endsWith('CANCEL');
  return isToCancel ? REFUSALS.cancelAnsweredByServer : REFUSALS.unknownTransaction;
}

function answer(of: Answer): void {
  of.pending.stopTimer();
  if (of.pending.update && /UPDATE\s*$/.test(headerOf(of.response, 'CSeq') ?? '')) answerUpdate(of);
  else if (of.pending.kind === 'first') answerFirst(of);
  else answerPlain(of);
}

/* ---- requests that make no dialog, or came in one ---- */

function answerPlain(of: Answer): void {
  const { engine, pending, response } = of;
  const { received } = pending.transaction;
  const { method } = received.message;
  const contact = method === 'INVITE' ? ownContact(of) : [];
  const sent = pending.transaction.respond(compose(of, toOf(of), contact));
  if (response.status >= 200) forgetPending(engine, pending);
  if (method === 'REGISTER') engine.registrants.note(received, sent.message);
  const { dialog } = pending;
  if (dialog && method === 'INVITE' && response.status < 300 && response.status >= 200) {
    dialog.unacknowledged = { transaction: pending.transaction, invite: 'later' };
    noteSession(dialog, sent.message);
  }
  confirmSent(of, sent, dialog && engine.dialogs.has(dialog) ? dialog.id : '');
}

function answerUpdate(of: Answer): void {
  const transaction = of.pending.update;
  of.pending.update = undefined;
  if (!transaction) return;
  const sent = transaction.respond(compose({ ...of, pending: { ...of.pending, transaction } }, toOf(of), []));
  confirmSent(of, sent, '');
}

/* ---- INVITE and SUBSCRIBE that make a dialog ---- */

function answerFirst(of: Answer): void {
  const { engine, pending, response } = of;
  const { received } = pending.transaction;
  const dialog = (pending.dialog ??= makeDialog(of));
  if (isReliable(of)) {
    answerReliably(of, dialog);
    return;
  }
  const contact = response.status >= 200 && response.status < 300 ? ownContact(of) : [];
  pending.reliable?.stop();
  const terms = heedOwnAnswer(engine, dialog, { invite: received.message, answer: response });
  const sent = pending.transaction.respond(compose(of, dialog.state.localAddress, [...contact, ...terms]));
  noteSession(dialog, sent.message);
  if (response.status >= 200) settleFirst(of, dialog);
  confirmSent(of, sent, dialog.id);
  if (response.status >= 200 && received.message.method === 'INVITE') writeCdr(of, sent.message);
}

function writeCdr({ engine, response }: Answer, message: SipResponse): void {
  if (response.status >= 300)
    engine.cdr({ kind: 'stop', source: 'application', message, reason: 'call-rejected' });
  else engine.cdr({ kind: 'start', source: 'application', message, role: 'uas' });
}

function makeDialog({ engine, pending, response }: Answer): EngineDialog {
  const { received } = pending.transaction;
  const tag = tagOf(headerOf(response, 'To') ?? '') ?? engine.ids.tag();
  const tagged = sofiaResponse(received.message, 200, {
    to: withTag(headerOf(received.message, 'To') ?? '', tag),
  });
  const state = uasDialogState(received.message, tagged);
  const dialog: EngineDialog = {
    id: `${state.callId};from-tag=${state.remoteTag}`,
    transactionId: pending.transactionId,
    method: received.message.method === 'INVITE' ? 'INVITE' : 'SUBSCRIBE',
    client: pending.client,
    local: received.local,
    // The application's first request continues the caller's numbering (sofia's leg takes over its CSeq).
    state: { ...state, localSeq: state.remoteSeq ?? 0 },
    target: 'known',
    localContact: engine.contactOf(received.local),
    natRoute: symmetricRoute(received),
    peer: received.remote,
    unacknowledged: undefined,
    ownInvite: undefined,
    rack: undefined,
    inviteSeq: 0,
    ack: undefined,
    localSession: NO_SESSION,
    sessionTimer: undefined,
    fate: 'wanted',
  };
  engine.dialogs.addLeg(dialog);
  return dialog;
}

/** A final answer went out: the dialog stands or falls. */
function settleFirst({ engine, pending, response }: Answer, dialog: EngineDialog): void {
  const { transaction } = pending;
  forgetPending(engine, pending);
  if (response.status >= 300) {
    engine.dialogs.remove(dialog);
    return;
  }
  dialog.localContact = headerOf(response, 'Contact') ?? dialog.localContact;
  engine.dialogs.confirm(dialog);
  if (dialog.method === 'INVITE') dialog.unacknowledged = { transaction, invite: 'first' };
}

/* ---- reliable provisionals (RFC 3262) ---- */

function isReliable({ pending, response }: Answer): boolean {
  const isProvisional = response.status > 100 && response.status < 200;
  return (
    isProvisional &&
    pending.transaction.received.message.method === 'INVITE' &&
    headersOf(response, 'Require').includes('100rel')
  );
}

function answerReliably(of: Answer, dialog: EngineDialog): void {
  const { engine, pending, client, command } = of;
  const { received } = pending.transaction;
  const offered = [...headersOf(received.message, 'Supported'), ...headersOf(received.message, 'Require')];
  if (!offered.includes('100rel')) {
    client.reply(command.id, REFUSALS.no100rel);
    return;
  }
  pending.reliable ??= createReliableProvisionals({
    transaction: pending.transaction,
    clock: engine.clock,
    timers: engine.timers,
    firstRSeq: engine.firstSeq(),
    arrange: inSofiaOrder,
    gaveUp: () => {
      refuseUnacknowledged(engine, pending);
    },
  });
  const message = pending.reliable.send(compose(of, dialog.state.localAddress, ownContact(of)));
  confirmSent(
    of,
    { ...received, message, bytes: writeSipMessage(message).length, at: engine.clock.now() },
    dialog.id,
  );
}

/** No PRACK came (RFC 3262 §3). */
function refuseUnacknowledged(engine: Engine, pending: PendingRequest): void {
  const { dialog, transaction } = pending;
  if (!dialog) return;
  forgetPending(engine, pending);
  engine.dialogs.remove(dialog);
  transaction.respond(sofiaResponse(transaction.received.message, 504, { to: dialog.state.localAddress }));
}

/* ---- composing and confirming ---- */

/** The server's Contact, unless the application gave one. */
function ownContact({ engine, pending, response }: Answer): SipHeader[] {
  if (headerOf(response, 'Contact') !== undefined) return [];
  return [{ name: 'Contact', value: engine.contactOf(pending.transaction.received.local) }];
}

function compose(of: Answer, to: string, contact: readonly SipHeader[]): SipResponse {
  const { engine, pending, response } = of;
  const { message, local } = pending.transaction.received;
  const taken = takeHeaders(response, 'without-context', engine.hostPortOf(local));
  const contentType = contentTypeOf(taken, response.body);
  return sofiaResponse(message, response.status, {
    reason: response.reason,
    to,
    headers: [...taken, ...contact, ...(contentType === 'missing' ? [] : contentType)],
    body: response.body,
  });
}

/** In a dialog the request's own To; otherwise with the application's tag or a new one. */
function toOf({ engine, pending, response }: Answer): string {
  const to = headerOf(pending.transaction.received.message, 'To') ?? '';
  if (tagOf(to) !== undefined) return to;
  return withTag(to, tagOf(headerOf(response, 'To') ?? '') ?? engine.ids.tag());
}

/** `protocol` is told for answers to INVITE only. */
function confirmSent(of: Answer, sent: Received<SipResponse>, dialogId: string): void {
  const { pending, client, command } = of;
  const { received } = pending.transaction;
  const isInvite = (headerOf(sent.message, 'CSeq') ?? '').endsWith('INVITE');
  const envelope = {
    source: 'application',
    bytes: sent.bytes,
    protocol: isInvite ? received.remote.protocol : '',
    address: received.remote.host,
    port: received.remote.port,
    at: sent.at,
  } as const;
  client.reply(
    command.id,
    sentResponse(envelope, { transactionId: pending.transactionId, dialogId }, sent.message),
  );
}
