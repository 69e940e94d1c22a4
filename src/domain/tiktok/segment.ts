/** Who belongs to a segment, from leads and calls; and the lines of a file that hold nobody's name. */
import type { Lead } from '../leads/lead.js';
import type { CallRecord } from '../calls/call.js';
import type { E164, Instant } from '../values/ids.js';
import type { AudienceSchema, Segment } from './audience.js';

export type SegmentLead = Pick<Lead, 'id' | 'status' | 'reason' | 'receivedAt' | 'touch'> &
  Pick<Partial<Lead>, 'phone' | 'email' | 'test'>;
export type SegmentCall = Pick<CallRecord, 'tags' | 'outcome'> & { readonly phone: E164 };

export interface Member {
  readonly phone?: E164;
  readonly email?: string;
}

const DAY_MS = 86_400_000;
/** No customers, whatever the segment says. */
const NEVER_STATUSES: readonly Lead['status'][] = ['blocked', 'quarantined'];
const NEVER_REASONS: readonly Lead['reason'][] = ['spam', 'honeypot', 'client-refused', 'do-not-call'];

const isAmong = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

export function hasLead({ sources, statuses, days }: Segment, lead: SegmentLead, now: Instant): boolean {
  if (lead.test === 'yes' || NEVER_STATUSES.includes(lead.status) || NEVER_REASONS.includes(lead.reason))
    return false;
  return (
    isAmong(statuses, lead.status) &&
    isAmong(sources, lead.touch['utm_source']) &&
    (days === undefined || lead.receivedAt >= now - days * DAY_MS)
  );
}

/** Does it ask for calls at all? */
export function asksForCalls({ tags, marks }: Segment): boolean {
  return tags !== undefined || marks !== undefined;
}

/** Does it ask for anything that only leads say? */
export function asksForLeads({ sources, statuses, days }: Segment): boolean {
  return sources !== undefined || statuses !== undefined || days !== undefined;
}

export function hasCall({ tags, marks }: Segment, call: SegmentCall): boolean {
  return (
    (tags === undefined || call.tags.some((tag) => tags.includes(tag))) && isAmong(marks, call.outcome?.mark)
  );
}

/** Trimmed and in small letters, as TikTok hashes its own; undefined when it is no address. */
export function plainEmail(written: string | undefined): string | undefined {
  const email = written?.trim().toLowerCase();
  return email !== undefined && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? email : undefined;
}

export interface MemberGatherer {
  add(member: Member & { readonly id: string }): void;
  /** One a person: by phone, else by e-mail, else the row itself. */
  members(): readonly Member[];
}

/** `excluded`: phones that must not be called. An e-mail that was seen beside one of them is theirs too. */
export function memberGatherer(excluded: ReadonlySet<string>): MemberGatherer {
  const people = new Map<string, Member>();
  const theirs = new Set<string>();
  return {
    add({ id, phone, email: written }) {
      const email = plainEmail(written);
      if (phone !== undefined && excluded.has(phone)) {
        if (email !== undefined) theirs.add(email);
        return;
      }
      const key = phone ?? email ?? id;
      const before = people.get(key);
      people.set(key, {
        ...before,
        ...(phone !== undefined && { phone }),
        ...(email !== undefined && before?.email === undefined && { email }),
      });
    },
    members: () => [...people.values()].filter(({ email }) => email === undefined || !theirs.has(email)),
  };
}

/** `calculate_type` at TikTok. */
export const CALCULATE_TYPES: Readonly<Record<AudienceSchema, string>> = {
  phone: 'PHONE_SHA256',
  email: 'EMAIL_SHA256',
  both: 'MULTIPLE_TYPES',
};
const HEADERS: Readonly<Record<AudienceSchema, string | undefined>> = {
  phone: undefined,
  email: undefined,
  both: 'phone_SHA256,email_SHA256',
};

export interface AudienceFile {
  /** Each with its header. */
  readonly texts: readonly string[];
  /** Lines: people with something to match. */
  readonly valid: number;
}

/** Lines in one file: with two hashes and a comma, some 130 MB of the 250 that TikTok takes. */
export const LINES_A_FILE = 1_000_000;

/** Sorted, so that the order tells nothing and the same people make the same file. */
export function audienceFile(
  members: readonly Member[],
  schema: AudienceSchema,
  {
    hash,
    linesAFile = LINES_A_FILE,
  }: { readonly hash: (text: string) => string; readonly linesAFile?: number },
): AudienceFile {
  const lines = [...new Set(members.flatMap((member) => lineOf(member, schema, hash) ?? []))].sort();
  const header = HEADERS[schema];
  const texts: string[] = [];
  for (let from = 0; from < lines.length; from += linesAFile) {
    const some = lines.slice(from, from + linesAFile);
    texts.push(`${[...(header === undefined ? [] : [header]), ...some].join('\n')}\n`);
  }
  return { texts, valid: lines.length };
}

function lineOf(
  { phone, email }: Member,
  schema: AudienceSchema,
  hash: (text: string) => string,
): string | undefined {
  const [hashedPhone, hashedEmail] = [phone, email].map((text) => (text === undefined ? '' : hash(text)));
  if (schema === 'phone') return hashedPhone === '' ? undefined : hashedPhone;
  if (schema === 'email') return hashedEmail === '' ? undefined : hashedEmail;
  return hashedPhone === '' && hashedEmail === '' ? undefined : `${hashedPhone},${hashedEmail}`;
}
