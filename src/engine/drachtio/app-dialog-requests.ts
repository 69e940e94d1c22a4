/** Requests of applications in a dialog, named by its id from any connection, and the BYEs that the server sends by itself. */
import type { SipAddress } from '../../sip/api.js';
import { dialogRequest, withNextSeq } from '../../sip/dialog-state.js';
import { nextHopOf } from '../../sip/next-hop.js';
import { headerOf, writeSipMessage } from '../../wire/sip-message.js';
import type { SipHeader, SipRequest } from '../../wire/sip-types.js';
import { startAppTransaction } from './app-transactions.js';
import type { Client } from './control-port.js';
import { localFor, type Engine, type EngineDialog } from './engine-state.js';
import { endDialog } from './endings.js';
import { sentRequest, sipFrame, type Envelope, type SipCommand } from './frames.js';
import { noteSession } from './local-session.js';
import { noTarget, REFUSALS } from './replies.js';
import { contentTypeOf, inSofiaOrder, takeHeaders } from './sofia-messages.js';

const NEEDS_CONTACT = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

interface Inside {
  readonly engine: Engine;
  readonly client: Client;
  readonly command: SipCommand;
  readonly wanted: SipRequest;
  readonly dialog: EngineDialog;
}

export function sendInside(engine: Engine, client: Client, command: SipCommand, wanted: SipRequest): void {
  const dialog =
    engine.dialogs.byId(command.dialogId) ?? engine.dialogs.byCallId(headerOf(wanted, 'Call-ID') ?? '');
  if (dialog) sendIn({ engine, client, command, wanted, dialog });
  else client.reply(command.id, wanted.method === 'ACK' ? REFUSALS.ackIsAutomatic : REFUSALS.noDialog);
}

function sendIn(inside: Inside): void {
  const { engine, client, command, wanted, dialog } = inside;
  const taken = takeHeaders(wanted, 'without-context', engine.hostPortOf(dialog.local));
  const contentType = contentTypeOf(taken, wanted.body);
  const needsTarget = wanted.method === 'ACK' || wanted.uri.includes('placeholder');
  const isStrayPrack = wanted.method === 'PRACK' && dialog.rack === undefined;
  if (contentType === 'missing') client.reply(command.id, REFUSALS.missingContentTypeInDialog);
  else if (needsTarget && dialog.target === 'unknown') client.reply(command.id, noTarget(dialog.id));
  else if (isStrayPrack) client.reply(command.id, REFUSALS.noInviteForPrack);
  else if (wanted.method === 'ACK') sendAck(inside, [...taken, ...contentType]);
  else sendRequest(inside, [...taken, ...contentType]);
}

/* ---- ACK ---- */

function sendAck(inside: Inside, headers: readonly SipHeader[]): void {
  const { engine, client, command, wanted, dialog } = inside;
  const ack = inSofiaOrder(
    dialogRequest(dialog.state, 'ACK', { seq: dialog.inviteSeq, headers, body: wanted.body }),
  );
  const sent = engine.stack.sendAck(ack, routeOf(engine, dialog, ack));
  dialog.ack = sent;
  dialog.ownInvite = undefined;
  client.reply(command.id, sentRequest(envelopeOf(engine, dialog, sent), engine.ids.uuid(), sent));
  if (dialog.fate === 'cancelled') sendServerBye(engine, dialog, 'ACK-BYE due to cancel race condition');
}

/* ---- the others ---- */

function sendRequest(inside: Inside, headers: readonly SipHeader[]): void {
  const { engine, client, command, wanted, dialog } = inside;
  if (wanted.method === 'BYE') giveUpOwnInvite(engine, dialog);
  dialog.state = withNextSeq(dialog.state);
  const request = build(inside, headers);
  if (wanted.method === 'INVITE') {
    dialog.inviteSeq = dialog.state.localSeq;
    noteSession(dialog, request);
  }
  const transactionId = engine.ids.uuid();
  const route = routeOf(engine, dialog, request);
  const givenTo = dialog.state.remoteAddress;
  const entry = startAppTransaction(engine, {
    request,
    ...route,
    client,
    kind: 'inside',
    dialog,
    transactionId,
    givenTo,
  });
  if (wanted.method === 'INVITE') dialog.ownInvite = entry;
  const message = entry.transaction.request;
  if (wanted.method === 'BYE')
    engine.cdr({ kind: 'stop', source: 'application', message, reason: 'normal-release' });
  client.reply(command.id, sentRequest(envelopeOf(engine, dialog, message), transactionId, message));
}

/** A BYE while a re-INVITE of ours is under way: that is cancelled first, and its outcome told to nobody. */
function giveUpOwnInvite(engine: Engine, dialog: EngineDialog): void {
  const invite = dialog.ownInvite;
  if (!invite) return;
  invite.transaction.cancel();
  engine.outgoing.delete(invite.transactionId);
  dialog.ownInvite = undefined;
}

/** `sip:placeholder` stands for the far Contact. RAck is the server's to know. */
function build({ wanted, dialog }: Inside, taken: readonly SipHeader[]): SipRequest {
  const hasContact = taken.some(({ name }) => name === 'Contact');
  const contact =
    NEEDS_CONTACT.has(wanted.method) && !hasContact ? [{ name: 'Contact', value: dialog.localContact }] : [];
  const rack = wanted.method === 'PRACK' ? [{ name: 'RAck', value: dialog.rack ?? '' }] : [];
  const others = taken.filter(({ name }) => name !== 'RAck');
  const request = dialogRequest(dialog.state, wanted.method, {
    headers: [...others, ...contact, ...rack],
    body: wanted.body,
  });
  // A strict router's URI is in place already (RFC 3261 §12.2.1.1).
  const isStrict = request.uri !== dialog.state.remoteTarget;
  const usesTarget = isStrict || wanted.method === 'PRACK' || wanted.uri.includes('placeholder');
  return inSofiaOrder(usesTarget ? request : { ...request, uri: wanted.uri });
}

export function routeOf(
  engine: Engine,
  dialog: EngineDialog,
  request: SipRequest,
): { readonly to: SipAddress; readonly from: SipAddress } {
  const hop = dialog.natRoute ?? engine.registrants.to(dialog.state.remoteTarget) ?? nextHopOf(request);
  const to = hop && localFor(engine, hop) ? hop : (dialog.peer ?? dialog.local);
  return { to, from: dialog.local };
}

function envelopeOf(engine: Engine, dialog: EngineDialog, message: SipRequest): Envelope {
  const { protocol, host, port } = dialog.local;
  const bytes = writeSipMessage(message).length;
  return { source: 'application', bytes, protocol, address: host, port, at: engine.clock.now() };
}

/* ---- BYE of the server itself ---- */

/** The application learns of it by a BYE with `unsolicited` for a transaction id. Its answer is nobody's business. */
export function sendServerBye(
  engine: Engine,
  dialog: EngineDialog,
  why: 'ACK timeout' | 'ACK-BYE due to cancel race condition' | 'Session timer expired',
): void {
  dialog.state = withNextSeq(dialog.state);
  const headers = [{ name: 'Reason', value: `SIP;cause=200;text="${why}"` }];
  const bye = inSofiaOrder(dialogRequest(dialog.state, 'BYE', { headers }));
  const { request } = engine.stack.request(bye, {}, routeOf(engine, dialog, bye));
  endDialog(engine, dialog);
  dialog.client.tell(sipFrame(envelopeOf(engine, dialog, request), ['unsolicited', dialog.id], request));
  if (why !== 'ACK timeout')
    engine.cdr({
      kind: 'stop',
      source: 'application',
      message: request,
      reason: why === 'Session timer expired' ? 'session-expired' : 'system-initiated-termination',
    });
}
