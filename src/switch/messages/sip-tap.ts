/**
 * Every SIP message of our legs as the signalling server tells it: those it passes up, and those it reports as sent. What it
 * sends by itself (100, ACK to refusals, repeats) is not told. Wire reference §A.3 and §A.5–A.7.
 */
import type { LegId } from '../../domain/values/ids.js';
import type { SipTrace } from '../../domain/signalling/signalling.js';
import { formatHostPort } from '../../wire/sip-uri.js';
import type { Clock } from '../../app/ports/ports.js';

export interface ToldMessage {
  readonly callId: string;
  readonly trace: Omit<SipTrace, 'legId' | 'at'>;
}

/**
 * Beside calls: what phones, carriers and we say to each other. The rest that belongs to no leg goes between the signalling and
 * the media server.
 */
const BESIDE = /^cseq\s*:\s*\d+\s+(?:REGISTER|OPTIONS|SUBSCRIBE|NOTIFY|PUBLISH|MESSAGE)\s*$/im;

export function isBeside({ text }: Pick<SipTrace, 'text'>): boolean {
  return BESIDE.test(text);
}

const LEADER_END = '\r\n';

/** `undefined` for frames without a SIP message. */
export function readTold(frame: string): ToldMessage | undefined {
  const end = frame.indexOf(LEADER_END);
  if (end < 0) return undefined;
  const fields = frame.slice(0, end).split('|');
  const text = frame.slice(end + LEADER_END.length);
  const callId = /^(?:call-id|i)\s*:\s*(\S+)/im.exec(text)?.[1];
  if (callId === undefined) return undefined;
  if (fields[1] === 'sip') return told(fields.slice(2), text, callId);
  return fields[1] === 'response' && fields[3] === 'OK' ? told(fields.slice(4), text, callId) : undefined;
}

/** `fields`: source, bytes, protocol, address, port… The address is the sender's of what came in, ours of what went out. */
function told(
  [source, , protocol = '', address = '', port]: readonly string[],
  text: string,
  callId: string,
): ToldMessage {
  const place = address === '' ? undefined : formatHostPort(address, Number(port));
  const trace: ToldMessage['trace'] =
    source === 'network'
      ? { text, direction: 'in', protocol, ...(place !== undefined && { remote: place }) }
      : { text, direction: 'out', protocol, ...(place !== undefined && { local: place }) };
  return { callId, trace };
}

interface Known {
  readonly legId: LegId;
  readonly until: number;
}

/** The answer to a BYE comes after its leg is over. */
const AFTERMATH_MS = 35_000;
const MOST_KNOWN = 5000;

/** Which leg a Call-ID belongs to, for as long as something may be said of it. Bounded: the oldest is forgotten. */
export class CallIdBook {
  readonly #known = new Map<string, Known>();
  readonly #living: (callId: string) => LegId | undefined;
  readonly #clock: Clock;

  constructor(living: (callId: string) => LegId | undefined, clock: Clock) {
    this.#living = living;
    this.#clock = clock;
  }

  legOf(callId: string): LegId | undefined {
    const now = this.#clock.now();
    const living = this.#living(callId);
    if (living === undefined) {
      const known = this.#known.get(callId);
      return known !== undefined && known.until > now ? known.legId : undefined;
    }
    this.#known.delete(callId);
    this.#known.set(callId, { legId: living, until: now + AFTERMATH_MS });
    this.#prune(now);
    return living;
  }

  #prune(now: number): void {
    for (const [callId, { until }] of this.#known) {
      if (until > now && this.#known.size <= MOST_KNOWN) return;
      this.#known.delete(callId);
    }
  }
}
