/** A text to a tracked number (SIP MESSAGE through a trunk, or a push of an SMS gateway) is stored as a request. */
import type { LeadDraft } from '../../domain/leads/lead.js';
import type { TrackedNumber } from '../../domain/numbers/tracked-number.js';
import { LABEL_NAMES } from '../../domain/numbers/tracked-number.js';
import { cleaned } from '../../domain/attribution/clean-text.js';
import type { Project } from '../../domain/attribution/project.js';
import type { ConnectionId, E164, SessionId, VisitorId } from '../../domain/values/ids.js';
import { parsePhone } from '../../domain/values/phone.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import { identifySender } from '../calls/begin/receive-call.js';
import type { InboundText, TextVerdict } from '../ports/switch.js';
import { takeLead } from './take-lead.js';
import type { TakenLead } from './taken-lead.js';

export interface TextMessage {
  readonly via: 'sip' | 'sms';
  /** As signalled. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly connectionId?: ConnectionId;
  /** Of the gateway: the same text is stored once. */
  readonly externalId?: string;
}

export type ReceivedText =
  { readonly kind: 'stored'; readonly lead: TakenLead } | { readonly kind: 'unknown-did' };

const LONGEST_TEXT = 4000;

/** Throws Fault `store-unavailable`. */
export async function takeText(context: AppContext, message: TextMessage): Promise<ReceivedText> {
  const owner = await ownerOf(context, message.to);
  if (owner === undefined) return { kind: 'unknown-did' };
  const draft = draftOf(message, owner, await holderOf(context, owner));
  return { kind: 'stored', lead: await takeLead(context, draft) };
}

/** The switch answers the sender by the verdict. Never throws. */
export async function receiveText(context: AppContext, text: InboundText): Promise<TextVerdict> {
  const { telephony } = context.set();
  const { to, from, body, remoteAddress, protocol, trunk } = text;
  const sender = trunk ?? identifySender(telephony, remoteAddress, protocol);
  if (sender === undefined) return 'stranger';
  try {
    return (await takeText(context, { via: 'sip', to, from, text: body })).kind;
  } catch (thrown) {
    context.ports.logger.error({ from: remoteAddress, err: thrown }, 'a text was not stored');
    return 'unavailable';
  }
}

interface Owner {
  readonly did: E164;
  readonly project: Project;
  /** Absent for the number that stands on the site itself. */
  readonly tracked?: TrackedNumber;
}

async function ownerOf(context: AppContext, to: string): Promise<Owner | undefined> {
  const projects = Object.values(context.set().telephony.projects);
  for (const did of readingsOf(to, projects)) {
    const tracked = await context.numbers.find(did);
    const project = projects.find(
      ({ name, siteNumbers }) => name === tracked?.project || siteNumbers.includes(did),
    );
    if (project !== undefined) return { did, project, ...present({ tracked }) };
  }
  return undefined;
}

/** A number of any project's country, with or without its plus. */
function readingsOf(to: string, projects: readonly Project[]): readonly E164[] {
  const countries = [...new Set(projects.map(({ country }) => country))];
  const read = countries.flatMap((country) => [to, `+${to}`].map((text) => parsePhone(text, country)));
  return [...new Set(read.flatMap((phone) => (phone.ok ? [phone.e164] : [])))];
}

interface Holder {
  readonly visitorId: VisitorId;
  readonly sessionId: SessionId;
}

/** Whose number it is now: in its exclusive hold nobody else can be looking at it. Later it is nobody's for sure. */
async function holderOf({ ports }: AppContext, { did }: Owner): Promise<Holder | undefined> {
  const at = ports.clock.now();
  const leases = await ports.store.numberLeases.ofNumber(did, { since: 0, until: at });
  const holding = leases.filter(({ heldUntil }) => heldUntil > at);
  const [only] = holding;
  return only === undefined || holding.length > 1
    ? undefined
    : { visitorId: only.visitorId as VisitorId, sessionId: only.sessionId as SessionId };
}

function draftOf(
  message: TextMessage,
  { did, project, tracked }: Owner,
  holder: Holder | undefined,
): LeadDraft {
  const { via, from, text, connectionId, externalId } = message;
  return {
    source: via,
    kind: 'message',
    rawPhone: from,
    country: project.country,
    answers: [{ field: 'message', value: cleaned(text, LONGEST_TEXT) ?? '' }],
    touch: { project: project.name, did, ...labelsOf(tracked) },
    ...holder,
    ...present({ connectionId, externalId, campaign: tracked?.labels.campaign }),
  };
}

/** A static number says itself where it was seen. */
function labelsOf(tracked: TrackedNumber | undefined): Record<string, string> {
  if (tracked?.state !== 'static') return {};
  return present(
    Object.fromEntries(LABEL_NAMES.map((name) => [`utm_${name}`, tracked.labels[name]])),
  ) as Record<string, string>;
}
