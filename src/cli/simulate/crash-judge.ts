/**
 * Judges a run full of crashes by what phones, posters and the webhook receiver saw. Shares no code with the program: the
 * opening hours, the final states and the order of things are written down here a second time, on purpose.
 */
import type { Traces } from './crash-run.js';

interface Ring {
  readonly phone: string;
  readonly kind: 'operator' | 'client' | 'elsewhere';
  readonly call: string;
  readonly invite: string;
  readonly from: number;
  readonly to: number;
  readonly talked: boolean;
}

/** Everything that was promised and not kept; empty when all is well. */
export function judge(traces: Traces): readonly string[] {
  const rings = ringsOf(traces);
  return [
    ...onceFinal(traces),
    ...oneRingACall(rings),
    ...noOverlap(rings),
    ...insideHours(rings),
    ...onceClosed(traces),
    ...quietInTheEnd(traces),
  ];
}

function ringsOf({ phones }: Traces): readonly Ring[] {
  const invites = new Map<string, Ring & { to: number; talked: boolean }>();
  for (const { at, phone, kind, invite, call, what } of phones) {
    if (what === 'invited')
      invites.set(invite, { phone, kind, call, invite, from: at, to: Infinity, talked: false });
    const ring = invites.get(invite);
    if (ring === undefined) continue;
    if (what === 'over') ring.to = at;
    if (what === 'heard-other') ring.talked = true;
  }
  return [...invites.values()];
}

const FINAL_EVENTS = [
  'lead.reached',
  'lead.unreached',
  'lead.cancelled',
  'lead.duplicate',
  'lead.blocked',
  'lead.not-dialled',
];
const FINAL_STATUSES = [
  'reached',
  'unreached',
  'cancelled',
  'duplicate',
  'blocked',
  'not-dialled',
  'no-phone',
];

function onceFinal({ answered202, webhooks, leads }: Traces): readonly string[] {
  const status = new Map(leads.map((lead) => [lead.id, lead.status]));
  return answered202.flatMap(({ leadId }) => {
    const ends = webhooks.filter(({ lead, type }) => lead === leadId && FINAL_EVENTS.includes(type));
    const stored = status.get(leadId) ?? 'forgotten';
    const complaints: string[] = [];
    if (ends.length !== 1)
      complaints.push(
        `lead ${leadId} was told final ${ends.length} times (${ends.map(({ type }) => type).join(', ')})`,
      );
    if (!FINAL_STATUSES.includes(stored)) complaints.push(`lead ${leadId} ends as ${stored}`);
    return complaints;
  });
}

function oneRingACall(rings: readonly Ring[]): readonly string[] {
  const seen = new Set<string>();
  return rings.flatMap(({ kind, phone, call }) => {
    const key = `${call} ${phone}`;
    const again = kind === 'client' && seen.has(key);
    seen.add(key);
    return again ? [`${phone} was rung twice in call ${call}`] : [];
  });
}

/** Neither a client's phone nor an operator's is invited while an earlier INVITE to it still stands. */
function noOverlap(rings: readonly Ring[]): readonly string[] {
  const byStart = rings.filter(({ kind }) => kind !== 'elsewhere').sort((a, b) => a.from - b.from);
  const last = new Map<string, Ring>();
  return byStart.flatMap((ring) => {
    const before = last.get(ring.phone);
    if (before === undefined || ring.to > before.to) last.set(ring.phone, ring);
    const clash = before !== undefined && before.to > ring.from;
    return clash
      ? [`${ring.phone} was invited for call ${ring.call} while call ${before.call} still had it`]
      : [];
  });
}

function insideHours(rings: readonly Ring[]): readonly string[] {
  return rings.flatMap(({ phone, from }) => {
    const at = new Date(from);
    const [day, hour] = [at.getUTCDay(), at.getUTCHours()];
    const open = day >= 1 && day <= 5 && hour >= 9 && hour < 18;
    // A call that began in time may ring its second party a little later.
    const grace = hour === 18 && at.getUTCMinutes() < 3 && day >= 1 && day <= 5;
    return open || grace ? [] : [`${phone} rang at ${at.toISOString()}`];
  });
}

function onceClosed({ webhooks, openCalls }: Traces): readonly string[] {
  const count = (type: string, id: string): number =>
    webhooks.filter(({ type: one, call }) => one === type && call === id).length;
  const calls = [...new Set(webhooks.flatMap(({ call }) => (call === undefined ? [] : [call])))];
  const wrong = calls.filter((id) => count('call.started', id) !== 1 || count('call.ended', id) !== 1);
  return [
    ...wrong.map(
      (id) => `call ${id} started ${count('call.started', id)} and ended ${count('call.ended', id)} times`,
    ),
    ...(openCalls > 0 ? [`${openCalls} calls are still open`] : []),
  ];
}

function quietInTheEnd({ stillUp, undelivered, faults }: Traces): readonly string[] {
  return [
    ...(stillUp.length > 0 ? [`still up: ${stillUp.join(', ')}`] : []),
    ...(undelivered > 0 ? [`${undelivered} webhooks neither delivered nor dead`] : []),
    ...faults.map((fault) => `fault: ${fault}`),
  ];
}
