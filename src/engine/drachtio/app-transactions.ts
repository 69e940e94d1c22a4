/** What becomes of a request of an application once it is sent: its responses, or a 408 or 503 made here. */
import type { ClientTransactionEvents, Received, SipAddress } from '../../sip/api.js';
import { symmetricRoute, targetOf, uacDialogState } from '../../sip/dialog-state.js';
import { reasonOf } from '../../sip/requests.js';
import { headerOf, headersOf } from '../../wire/sip-message.js';
import { withTag } from '../../wire/sip-name-addr.js';
import type { SipRequest, SipResponse } from '../../wire/sip-types.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import type { AppTransaction, Engine, EngineDialog } from './engine-state.js';
import { endDialog } from './endings.js';
import { sipFrame, type Envelope } from './frames.js';
import { heedAnswer } from './session-timers.js';
import { inSofiaOrder } from './sofia-messages.js';

export interface Sending {
  readonly request: SipRequest;
  readonly to: SipAddress;
  readonly from: SipAddress;
  readonly client: AppTransaction['client'];
  readonly kind: AppTransaction['kind'];
  readonly dialog: EngineDialog | undefined;
  readonly transactionId: string;
  readonly givenTo: string;
}

/** Sends it and follows it until its final response. */
export function startAppTransaction(engine: Engine, sending: Sending): AppTransaction {
  const { request, to, from, client, kind, dialog, transactionId, givenTo } = sending;
  const follow: { entry?: AppTransaction } = {};
  const events: Partial<ClientTransactionEvents> = {
    provisional: (response) => {
      if (follow.entry) takeProvisional(engine, follow.entry, response);
    },
    final: (response) => {
      if (follow.entry) takeFinal(engine, follow.entry, response);
    },
    repeated2xx: () => {
      if (dialog?.ack) engine.stack.sendAck(dialog.ack, { to: dialog.natRoute ?? to, from });
    },
    timedOut: () => {
      if (follow.entry) makeFinal(engine, follow.entry, 408);
    },
    transportFailed: () => {
      // nta.c, outgoing_tport_error: EPIPE. A browser's connection cannot be opened again from here.
      const isGone = to.protocol === 'ws' || to.protocol === 'wss';
      if (follow.entry) makeFinal(engine, follow.entry, isGone ? 410 : 503);
    },
  };
  const transaction = engine.stack.request(request, events, { to, from });
  const entry: AppTransaction = { transactionId, client, dialog, kind, transaction, givenTo, fate: 'wanted' };
  follow.entry = entry;
  engine.outgoing.set(transactionId, entry);
  return entry;
}

/** 100 is not passed up. */
function takeProvisional(engine: Engine, entry: AppTransaction, response: Received<SipResponse>): void {
  const { message } = response;
  if (message.status === 100) return;
  const rseq = headerOf(message, 'RSeq');
  if (entry.kind === 'first' && entry.dialog && rseq !== undefined) {
    entry.dialog.rack = `${rseq} ${headerOf(message, 'CSeq') ?? ''}`;
    establish(engine, entry, entry.dialog, response);
  }
  tell(entry, envelopeOf(response), message);
}

function takeFinal(engine: Engine, entry: AppTransaction, response: Received<SipResponse>): void {
  const { message } = response;
  // A further 2xx of a fork finds no transaction; the real server forgets it with the first final.
  if (!engine.outgoing.delete(entry.transactionId)) return;
  if (entry.kind === 'first' && entry.dialog)
    settleFirst(engine, { ...entry, dialog: entry.dialog }, response);
  if (entry.kind === 'inside' && entry.dialog)
    settleInside(engine, { ...entry, dialog: entry.dialog }, response);
  tell(entry, envelopeOf(response), message);
  if (entry.kind === 'first' && entry.dialog?.method === 'INVITE') writeCdr(engine, message);
}

type InDialog = AppTransaction & { readonly dialog: EngineDialog };

function settleFirst(engine: Engine, entry: InDialog, response: Received<SipResponse>): void {
  const { status } = response.message;
  if (status >= 300) {
    engine.dialogs.remove(entry.dialog);
    return;
  }
  establish(engine, entry, entry.dialog, response);
  if (entry.transaction.request.method === 'INVITE') heedAnswer(engine, entry.dialog, response.message);
}

/** The far end's tag, target and routes are taken from this response. */
function establish(
  engine: Engine,
  entry: AppTransaction,
  dialog: EngineDialog,
  response: Received<SipResponse>,
): void {
  const made = uacDialogState(entry.transaction.request, response.message);
  dialog.state = { ...made, localSeq: Math.max(made.localSeq, dialog.state.localSeq) };
  if (targetOf(response.message) !== undefined) dialog.target = 'known';
  dialog.natRoute = natRouteOf(response);
  dialog.peer = response.remote;
  engine.dialogs.confirm(dialog);
}

/** Here only the host counts: a Contact with another port is believed. */
function natRouteOf(response: Received<SipResponse>): SipAddress | undefined {
  const contact = parseSipUri(targetOf(response.message) ?? '');
  return contact && contact.host !== response.remote.host ? symmetricRoute(response) : undefined;
}

function settleInside(engine: Engine, entry: InDialog, response: Received<SipResponse>): void {
  const { dialog, transaction } = entry;
  const { status } = response.message;
  const { method } = transaction.request;
  const isChallenge = status === 401 || status === 407;
  if (method === 'BYE' && !isChallenge) endDialog(engine, dialog);
  if (method !== 'INVITE') return;
  if (status >= 300) {
    dialog.ownInvite = undefined;
    return;
  }
  dialog.state = { ...dialog.state, remoteTarget: targetOf(response.message) ?? dialog.state.remoteTarget };
  heedAnswer(engine, dialog, response.message);
}

function writeCdr(engine: Engine, message: SipResponse): void {
  if (message.status >= 300)
    engine.cdr({
      kind: 'stop',
      source: 'network',
      message,
      reason: message.status === 487 ? 'call-canceled' : 'call-rejected',
    });
  else if (message.status === 200) engine.cdr({ kind: 'start', source: 'network', message, role: 'uac' });
}

/**
 * Time-out (408), a broken connection (410) or no transport (503): sofia makes the response itself. After a CANCEL nobody is told anything, as with
 * the real server.
 */
function makeFinal(engine: Engine, entry: AppTransaction, status: 408 | 410 | 503): void {
  engine.outgoing.delete(entry.transactionId);
  if (entry.dialog) {
    if (entry.kind === 'first') engine.dialogs.remove(entry.dialog);
    if (entry.dialog.ownInvite === entry) entry.dialog.ownInvite = undefined;
    // The far end may ask for it later, and is to hear that it is over.
    if (entry.transaction.request.method === 'BYE') endDialog(engine, entry.dialog);
  }
  if (entry.fate === 'cancelled') return;
  const envelope: Envelope = {
    source: 'network',
    bytes: 0,
    protocol: entry.transaction.local.protocol,
    address: '',
    port: 0,
    at: engine.clock.now(),
  };
  tell(entry, envelope, ownResponse(entry, status, engine.ids.tag()));
}

function ownResponse(entry: AppTransaction, status: number, tag: string): SipResponse {
  const { request } = entry.transaction;
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) =>
    headersOf(request, name).map((value) => ({ name, value })),
  );
  const headers = [
    ...copied,
    { name: 'To', value: entry.kind === 'inside' ? entry.givenTo : withTag(entry.givenTo, tag) },
  ];
  return inSofiaOrder<SipResponse>({ kind: 'response', status, reason: reasonOf(status), headers, body: '' });
}

function tell(entry: AppTransaction, envelope: Envelope, message: SipResponse): void {
  entry.client.tell(sipFrame(envelope, [entry.transactionId, entry.dialog?.id ?? ''], message));
}

function envelopeOf({ bytes, remote, at }: Received<SipResponse>): Envelope {
  return { source: 'network', bytes, protocol: remote.protocol, address: remote.host, port: remote.port, at };
}
