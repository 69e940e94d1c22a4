/** Requests of applications outside a dialog, and CANCEL of them. */
import { isIP } from 'node:net';
import type { SipAddress } from '../../sip/api.js';
import { addressOfUri } from '../../sip/next-hop.js';
import { cancelOf } from '../../sip/requests.js';
import { headerOf, writeSipMessage } from '../../wire/sip-message.js';
import { formatNameAddr, parseNameAddr, tagOf, withTag } from '../../wire/sip-name-addr.js';
import type { SipHeader, SipRequest } from '../../wire/sip-types.js';
import { parseSipUri } from '../../wire/sip-uri.js';
import { startAppTransaction } from './app-transactions.js';
import type { Client } from './control-port.js';
import { localFor, type AppTransaction, type Engine, type EngineDialog } from './engine-state.js';
import { sentRequest, type Envelope, type SipCommand } from './frames.js';
import { invalidRequestUri, REFUSALS, unknownCancel } from './replies.js';
import { contentTypeOf, inSofiaOrder, takeHeaders } from './sofia-messages.js';

const MAKES_DIALOG = new Set(['INVITE', 'SUBSCRIBE']);

interface Path {
  readonly to: SipAddress;
  readonly from: SipAddress;
}

/** Where to, before its host is an address. */
type Hop = ReturnType<typeof parseSipUri>;

export function sendOutside(engine: Engine, client: Client, command: SipCommand, wanted: SipRequest): void {
  const asked = { engine, client, command, wanted };
  const hop = parseSipUri(command.routeUrl === '' ? wanted.uri : command.routeUrl);
  if (!hop || isIP(hop.host) !== 0 || hop.host === 'localhost') sendBy(asked, hop);
  else
    void engine.resolve(hop.host).then((host) => sendBy(asked, host === undefined ? hop : { ...hop, host }));
}

interface Asked {
  readonly engine: Engine;
  readonly client: Client;
  readonly command: SipCommand;
  readonly wanted: SipRequest;
}

/** The refusals come in the order in which the real server looks. */
function sendBy({ engine, client, command, wanted }: Asked, hop: Hop): void {
  const path = pathOf(engine, wanted, hop);
  if (typeof path === 'string') {
    client.reply(command.id, path);
    return;
  }
  const taken = takeHeaders(wanted, 'all', engine.hostPortOf(path.from));
  const contentType = contentTypeOf(taken, wanted.body);
  if (contentType === 'missing') client.reply(command.id, REFUSALS.missingContentType);
  else if (isOurself(engine, wanted)) client.reply(command.id, REFUSALS.toMyself);
  else send(engine, { client, command, wanted, path, headers: [...taken, ...contentType] });
}

function pathOf(engine: Engine, wanted: SipRequest, hop: Hop): Path | string {
  if (!parseSipUri(wanted.uri)) return invalidRequestUri(`${wanted.method} ${wanted.uri} SIP/2.0`);
  const to = hop && addressOfUri(hop);
  const from = to && localFor(engine, to);
  return from ? { to, from } : REFUSALS.noTransport;
}

function isOurself(engine: Engine, wanted: SipRequest): boolean {
  const uri = parseSipUri(wanted.uri);
  const to = uri && addressOfUri(uri);
  return engine.stack.locals.some((local) => local.host === to?.host && local.port === to.port);
}

interface Prepared {
  readonly client: Client;
  readonly command: SipCommand;
  readonly wanted: SipRequest;
  readonly path: Path;
  readonly headers: readonly SipHeader[];
}

function send(engine: Engine, prepared: Prepared): void {
  const { client, command, wanted, path } = prepared;
  const request = complete(engine, prepared);
  const transactionId = engine.ids.uuid();
  const makesDialog = MAKES_DIALOG.has(request.method);
  const dialog = makesDialog ? makeDialog({ request, transactionId, client, local: path.from }) : undefined;
  const givenTo = headerOf(wanted, 'To') ?? wanted.uri;
  const kind = makesDialog ? 'first' : 'alone';
  const entry = startAppTransaction(engine, {
    request,
    ...path,
    client,
    kind,
    dialog,
    transactionId,
    givenTo,
  });
  if (request.method === 'INVITE')
    engine.cdr({ kind: 'attempt', source: 'application', message: entry.transaction.request });
  client.reply(command.id, sentRequest(envelopeOf(engine, entry), transactionId, entry.transaction.request));
}

/** What the application left out (RFC 3261 §8.1.1). */
function complete(engine: Engine, { wanted, path, headers }: Prepared): SipRequest {
  const contact = engine.contactOf(path.from);
  const given = (name: string) => headers.find((header) => header.name === name)?.value;
  const from = given('From') ?? contact;
  const defaults: readonly SipHeader[] = [
    { name: 'Max-Forwards', value: '70' },
    { name: 'To', value: bracketed(wanted.uri) },
    { name: 'Call-ID', value: engine.ids.callId() },
    { name: 'CSeq', value: `${engine.firstSeq()} ${wanted.method}` },
    ...(MAKES_DIALOG.has(wanted.method) ? [{ name: 'Contact', value: contact }] : []),
  ];
  const own = defaults.filter(({ name }) => given(name) === undefined);
  const tagged = { name: 'From', value: tagOf(from) === undefined ? withTag(from, engine.ids.tag()) : from };
  const others = headers.filter(({ name }) => name !== 'From');
  return inSofiaOrder<SipRequest>({ ...wanted, headers: [tagged, ...others, ...own] });
}

function bracketed(uri: string): string {
  return formatNameAddr(parseNameAddr(`<${uri}>`) ?? { uri, parameters: [] });
}

interface MakeDialog {
  readonly request: SipRequest;
  readonly transactionId: string;
  readonly client: Client;
  readonly local: SipAddress;
}

/** Not yet known to anybody: it is entered when a 2xx or a reliable provisional comes. */
function makeDialog({ request, transactionId, client, local }: MakeDialog): EngineDialog {
  const from = headerOf(request, 'From') ?? '';
  const callId = headerOf(request, 'Call-ID') ?? '';
  const localTag = tagOf(from) ?? '';
  const localSeq = Number((headerOf(request, 'CSeq') ?? '').split(' ')[0]);
  return {
    id: `${callId};from-tag=${localTag}`,
    transactionId,
    method: request.method === 'SUBSCRIBE' ? 'SUBSCRIBE' : 'INVITE',
    client,
    local,
    state: {
      callId,
      localTag,
      remoteTag: '',
      localAddress: from,
      remoteAddress: headerOf(request, 'To') ?? '',
      remoteTarget: request.uri,
      routeSet: [],
      localSeq,
      remoteSeq: undefined,
    },
    target: 'unknown',
    localContact: headerOf(request, 'Contact') ?? '',
    natRoute: undefined,
    peer: undefined,
    unacknowledged: undefined,
    ownInvite: undefined,
    rack: undefined,
    inviteSeq: localSeq,
    ack: undefined,
    localSession: { body: request.body, contentType: headerOf(request, 'Content-Type') ?? '' },
    sessionTimer: undefined,
    fate: 'wanted',
  };
}

/** Of a request of the application the frames tell the local side. */
export function envelopeOf(engine: Engine, entry: AppTransaction): Envelope {
  const { local, bytes } = entry.transaction;
  const at = engine.clock.now();
  return {
    source: 'application',
    bytes,
    protocol: local.protocol,
    address: local.host,
    port: local.port,
    at,
  };
}

/**
 * CANCEL by transaction id, from any connection. Before a 1xx it waits in the stack (RFC 3261 §9.1) and the reply shows
 * it as not sent: no bytes, and To without its brackets.
 */
export function cancelInvite(engine: Engine, client: Client, command: SipCommand, wanted: SipRequest): void {
  const entry = engine.outgoing.get(command.transactionId);
  if (entry?.kind !== 'first') {
    client.reply(command.id, unknownCancel(command.transactionId));
    return;
  }
  entry.fate = 'cancelled';
  if (entry.dialog) entry.dialog.fate = 'cancelled';
  const extra = takeHeaders(wanted, 'without-context', engine.hostPortOf(entry.transaction.local));
  const { sent } = entry.transaction.cancel(extra);
  const cancel = inSofiaOrder(cancelOf(entry.transaction.request, extra));
  const shown = sent
    ? cancel
    : {
        ...cancel,
        headers: cancel.headers.map((header) =>
          header.name === 'To' ? { ...header, value: entry.givenTo } : header,
        ),
      };
  const bytes = sent ? writeSipMessage(cancel).length : 0;
  client.reply(command.id, sentRequest({ ...envelopeOf(engine, entry), bytes }, engine.ids.uuid(), shown));
}
