/** The headers mod_sofia puts on its messages, in its order. */
import type { SipHeader } from '../../../wire/sip-types.js';
import { SIP_USER_AGENT } from '../version.js';

const AGENT = header('User-Agent', SIP_USER_AGENT);
const ACCEPT = header('Accept', 'application/sdp');
const ALLOW = header(
  'Allow',
  'INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY',
);
const SUPPORTED = header('Supported', 'timer, path, replaces');
const ALLOW_EVENTS = header('Allow-Events', 'talk, hold, conference, refer');
/** Filled in when the message is written. */
const LENGTH = header('Content-Length', '0');

export const TRYING: readonly SipHeader[] = [AGENT, LENGTH];
/** 200 to BYE, INFO and the like. */
export const PLAIN_OK: readonly SipHeader[] = [AGENT, ALLOW, SUPPORTED, LENGTH];
export const OPTIONS_OK: readonly SipHeader[] = [AGENT, ACCEPT, ALLOW, SUPPORTED, ALLOW_EVENTS, LENGTH];

export interface AnswerHeaders {
  readonly contact: string;
  /** A first INVITE's answer tells more than a re-INVITE's. */
  readonly dialog: 'new' | 'existing';
  /** User part and host of the number called; absent for an INVITE without SDP. */
  readonly party?: { readonly user: string; readonly host: string };
}

export function answerHeaders({ contact, dialog, party }: AnswerHeaders): SipHeader[] {
  return [
    header('Contact', contact),
    AGENT,
    ACCEPT,
    ALLOW,
    SUPPORTED,
    ...(dialog === 'new' ? [ALLOW_EVENTS] : []),
    header('Content-Type', 'application/sdp'),
    header('Content-Disposition', 'session'),
    LENGTH,
    ...(party === undefined ? [] : [remoteParty(party)]),
  ];
}

export function refusalHeaders(
  reason: string,
  party: { readonly user: string; readonly host: string },
): SipHeader[] {
  return [
    AGENT,
    ACCEPT,
    ALLOW,
    SUPPORTED,
    ALLOW_EVENTS,
    header('Reason', reason),
    LENGTH,
    remoteParty(party),
  ];
}

export function byeHeaders(reason: string): SipHeader[] {
  return [AGENT, ALLOW, SUPPORTED, header('Reason', reason), LENGTH];
}

function remoteParty({ user, host }: { readonly user: string; readonly host: string }): SipHeader {
  return header('Remote-Party-ID', `"${user}" <sip:${user}@${host}>;party=calling;privacy=off;screen=no`);
}

export function header(name: string, value: string): SipHeader {
  return { name, value };
}
