/** The tables between our words and SIP or Q.850: how we end a leg, and what an ending of the other side means. */
import type { Ending } from '../../domain/calls/call.js';
import type { HangupReason } from '../../app/ports/switch.js';
import type { SipText } from '../libraries.js';

interface CauseRow {
  /** Final answer to an INVITE that rings with us. */
  readonly sipStatus: number;
  readonly q850: number;
  /** RFC 3326 text. */
  readonly text: string;
}

const CAUSES: Readonly<Record<HangupReason, CauseRow>> = {
  normal: { sipStatus: 480, q850: 16, text: 'Normal clearing' },
  busy: { sipStatus: 486, q850: 17, text: 'User busy' },
  rejected: { sipStatus: 603, q850: 21, text: 'Call rejected' },
  'no-answer': { sipStatus: 480, q850: 19, text: 'No answer' },
  'completed-elsewhere': { sipStatus: 480, q850: 26, text: 'Call completed elsewhere' },
  unavailable: { sipStatus: 503, q850: 41, text: 'Temporary failure' },
  failure: { sipStatus: 500, q850: 41, text: 'Failure' },
};

/** Status of the final answer when we refuse a call that rings with us. */
export function refusalStatus(reason: HangupReason): number {
  return CAUSES[reason].sipStatus;
}

/**
 * Reason header of BYE and CANCEL. `completed-elsewhere` speaks SIP (RFC 3326 §2: cause 200), so that phones do not
 * count the call as missed.
 */
export function reasonHeader(reason: HangupReason): string {
  const { q850, text } = CAUSES[reason];
  return reason === 'completed-elsewhere'
    ? `SIP;cause=200;text="${text}"`
    : `Q.850;cause=${q850};text="${text}"`;
}

/** Q.850 cause of a Reason header, when the other side sent one. */
export function q850Of(message: SipText): number | undefined {
  const cause = /Q\.850\s*;[^,]*?cause\s*=\s*(\d{1,3})/i.exec(message.get('Reason') ?? '')?.[1];
  return cause === undefined ? undefined : Number(cause);
}

/** FreeSWITCH hang-up cause → why the system ended the leg; words of domain/calls/disposition. Others: `media-ended`. */
const MEDIA_ENDINGS: Readonly<Record<string, string>> = {
  MEDIA_TIMEOUT: 'media-timeout',
  MANAGER_REQUEST: 'killed',
};

/** Without a cause the channel's connection broke: the media server is gone. */
export function endingOfMedia(hangupCause: string | undefined): Pick<Ending, 'by' | 'reason'> {
  if (hangupCause === undefined) return { by: 'unknown', reason: 'lost' };
  return { by: 'system', reason: MEDIA_ENDINGS[hangupCause] ?? 'media-ended' };
}

/** FreeSWITCH writes the name of its cause as the text of the Reason header. */
export function hangupCauseOf(bye: SipText): string | undefined {
  return /text="(\w+)"/.exec(bye.get('Reason') ?? '')?.[1];
}

export function withQ850(ending: Ending, message: SipText): Ending {
  const q850 = q850Of(message);
  return q850 === undefined ? ending : { ...ending, q850 };
}
