/**
 * REFER within a dialog (RFC 3515; attended with Replaces, RFC 3891): becomes one signal of the leg. The dialplan answers
 * it; the phone is told how the new call goes by NOTIFY with a sipfrag.
 */
import { present } from '../../domain/values/present.js';
import { parseNameAddr } from '../../wire/sip-name-addr.js';
import { formatHostPort, parseSipUri, type SipUri } from '../../wire/sip-uri.js';
import { answer } from '../messages/answer.js';
import type { SwitchContext } from '../context.js';
import type { SwitchLeg } from './leg.js';
import type { SrfDialog, SrfRequest, SrfResponse } from '../libraries.js';
import { parseReplaces, type Replaces } from '../messages/replaces.js';
import type { Signalling } from '../servers/signalling.js';

export interface ReferTarget {
  /** Without header part. */
  readonly uri: string;
  readonly replaces?: Replaces;
}

/** `undefined` when there is no Refer-To that can be read. */
export function parseReferTo(value: string): ReferTarget | undefined {
  const address = parseNameAddr(value);
  if (!address) return undefined;
  const [uri = '', headers = ''] = address.uri.split('?');
  const replaces = parseReplaces(new URLSearchParams(headers).get('Replaces') ?? '');
  return { uri, ...(replaces && { replaces }) };
}

/** The consulted dialog is not one of ours, or over (RFC 3891 §3). */
const NO_DIALOG = 481;

export function requestTransfer(
  leg: SwitchLeg,
  dialog: SrfDialog,
  refer: { request: SrfRequest; response: SrfResponse },
  context: SwitchContext,
): void {
  const target = parseReferTo(refer.request.get('Refer-To') ?? '');
  if (!target) {
    answer(refer.response, 400);
    return;
  }
  const transfer = new TransferRequest(dialog, { ...refer, signalling: leg.signalling }, context);
  const replaces = target.replaces && context.legs.inDialog(target.replaces)?.id;
  if (target.replaces && replaces === undefined) {
    transfer.answer('accepted');
    transfer.progress(NO_DIALOG);
    return;
  }
  const inside = userHere(target.uri, refer.request, context.options.registrar?.realm);
  leg.signal({
    kind: 'transfer-requested',
    at: leg.now,
    target: target.uri,
    ...present({ inside, replaces }),
    answer: (status) => transfer.answer(status),
    progress: (sipStatus) => transfer.progress(sipStatus),
  });
  if (!leg.hasListeners) transfer.answer('refused');
}

/**
 * The user part of an address with us: the phone writes what was dialled before the host it sends its requests to, or, as
 * browsers do, before the domain it is registered in.
 */
function userHere(target: string, request: SrfRequest, realm: string | undefined): string | undefined {
  const [wanted, here] = [parseSipUri(target), parseSipUri(request.uri)];
  if (wanted?.user === undefined || here === undefined) return undefined;
  const isHere = addressIn(wanted) === addressIn(here) || wanted.host.toLowerCase() === realm?.toLowerCase();
  return isHere ? decodeURIComponent(wanted.user) : undefined;
}

function addressIn({ host, port }: SipUri): string {
  return formatHostPort(host, port ?? SIP_PORT);
}

const SIP_PORT = 5060;

class TransferRequest {
  readonly #dialog: SrfDialog;
  readonly #response: SrfResponse;
  readonly #signalling: Signalling;
  readonly #wantsNotify: boolean;
  readonly #eventId: string;
  #state: 'asked' | 'accepted' | 'closed' = 'asked';
  readonly #cancelTimer: () => void;

  constructor(
    dialog: SrfDialog,
    { request, response, signalling }: { request: SrfRequest; response: SrfResponse; signalling: Signalling },
    context: SwitchContext,
  ) {
    this.#dialog = dialog;
    this.#signalling = signalling;
    this.#response = response;
    this.#wantsNotify = (request.get('Refer-Sub') ?? '').trim().toLowerCase() !== 'false'; // RFC 4488
    this.#eventId = Number.parseInt(request.get('CSeq') ?? '0', 10).toString();
    this.#cancelTimer = context.clock.after(context.deadlines.transferMs, () => this.answer('refused'));
  }

  answer(status: 'accepted' | 'refused'): void {
    if (this.#state !== 'asked') return;
    this.#cancelTimer();
    this.#state = status === 'accepted' ? 'accepted' : 'closed';
    answer(this.#response, status === 'accepted' ? 202 : 603);
    if (status === 'accepted') this.progress(100);
  }

  /** A final status closes the subscription. */
  progress(sipStatus: number): void {
    if (this.#state !== 'accepted') return;
    if (sipStatus >= 200) this.#state = 'closed';
    if (this.#wantsNotify && this.#dialog.connected) void this.#notify(sipStatus);
  }

  #notify(sipStatus: number): Promise<unknown> {
    const headers = {
      Event: `refer;id=${this.#eventId}`,
      'Subscription-State': sipStatus >= 200 ? 'terminated;reason=noresource' : 'active;expires=60',
      'Content-Type': 'message/sipfrag;version=2.0',
    };
    const body = `SIP/2.0 ${sipStatus} ${fragmentReason(sipStatus)}\r\n`;
    return this.#signalling.settle(() => this.#dialog.request({ method: 'NOTIFY', headers, body }));
  }
}

function fragmentReason(sipStatus: number): string {
  if (sipStatus < 180) return 'Trying';
  if (sipStatus < 200) return 'Ringing';
  return sipStatus < 300 ? 'OK' : 'Failed';
}
