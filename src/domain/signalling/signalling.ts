/** What is kept of the signalling of a leg: its messages, and the INVITEs to gateways of a trunk. Pure values. */
import type { CallId, Instant, LegId } from '../values/ids.js';

export interface SipTrace {
  readonly legId: LegId;
  readonly at: Instant;
  /** As we see it. */
  readonly direction: 'in' | 'out';
  readonly protocol: string;
  /** `address:port` of the other side; absent for what we sent, where the signalling server tells only our own. */
  readonly remote?: string;
  /** `address:port` of ours, when known. */
  readonly local?: string;
  /** The whole message, secrets removed. */
  readonly text: string;
}

/** A message that belongs to no leg: of a registration, a probe, a subscription, a text. */
export type LooseTrace = Omit<SipTrace, 'legId'>;

/** One INVITE of a leg to one gateway, when it is over. */
export interface GatewayAttempt {
  readonly legId: LegId;
  readonly callId: CallId;
  readonly trunk: string;
  /** Of domain/routing/gateway-key. */
  readonly gateway: string;
  /** Where its name led to. */
  readonly hop?: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** Absent: no final answer came. */
  readonly sipStatus?: number;
  /** From the INVITE to the first 18x, or to the final answer when none came. */
  readonly postDialDelayMs?: number;
  readonly outcome: 'answered' | 'ended' | 'next-gateway';
  readonly why: string;
}

/** A call that was refused before it became one. */
export interface Rejection {
  readonly at: Instant;
  readonly from: string;
  readonly protocol?: string;
  readonly dnis: string;
  readonly ani: string;
  readonly sipStatus: number;
  readonly why: RejectionReason;
}

export const REJECTION_REASONS = {
  stranger: 'The address belongs to no trunk and no registered phone.',
  'not-allowed': 'An operator dialled what no group or rule allows.',
  emergency: 'An operator dialled an emergency number that routing.emergency does not name.',
  'no-plan': 'No dialplan takes inbound calls.',
  'no-talk': 'A star code named no talk.',
  'no-dialog': 'An INVITE with Replaces named no answered dialog of that operator (RFC 3891).',
  full: 'As many calls as allowed are going on, or the store cannot be written.',
  overload: 'This machine takes no more calls now: calls per second, legs, event loop, or switch.',
  malformed: 'The INVITE has no usable Contact.',
} as const;
export type RejectionReason = keyof typeof REJECTION_REASONS;

const SECRET = '(removed)';

/** Digest responses and SRTP keys leave; what is left shows who asked whom for what. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/^((?:proxy-)?authorization\s*:.*?\bresponse\s*=\s*)"[^"]*"/gim, `$1"${SECRET}"`)
    .replace(/^(a=crypto:\S+ \S+ inline:)\S+/gm, `$1${SECRET}`);
}

/** First line of a message: `INVITE sip:…` as its method, a response as `180 Ringing`. */
export function summaryOf(text: string): string {
  const line = text.slice(0, text.search(/\r?\n|$/));
  const response = /^SIP\/2\.0 (\d{3}.*)$/.exec(line)?.[1];
  return response ?? line.split(' ')[0] ?? '';
}
