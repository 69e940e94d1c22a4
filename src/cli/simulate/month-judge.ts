/**
 * Judges a simulated month by what the phones saw, as it happens. Shares no code with the program or the company: who is
 * open when, what the clients' clocks show, and how many operators and channels there are is written down here again.
 */
import type { PhoneLogEntry } from './sim-world.js';

export interface Verdict {
  readonly rung_twice: number;
  readonly outside_hours: number;
  readonly over_capacity: number;
  readonly overlapping_attempts: number;
}

export interface JudgedCompany {
  readonly operators: number;
  readonly channels: number;
  readonly callsPerSecond: number;
}

interface Phone {
  /** INVITEs that still stand. */
  readonly up: Set<string>;
}

/** First digits of a client's number → hours his clock is ahead of UTC. Berlin and Prague change with the season. */
const CLOCKS: readonly (readonly [prefix: string, hours: number | 'berlin'])[] = [
  ['+7916', 3],
  ['+7423', 10],
  ['+7343', 5],
  ['+84', 7],
  ['+49', 'berlin'],
  ['+420', 'berlin'],
];
const HOUR_MS = 3_600_000;
/** From here on summer time, for the whole of the run. */
const SUMMER_TIME = Date.UTC(2026, 2, 29, 1);
/** A clock that was set, and an operator who takes his time, between the decision and the ring. */
const GRACE_MS = 6 * 60_000;
const MOST_EXAMPLES = 20;

export class MonthJudge {
  readonly examples: string[] = [];
  private readonly company: JudgedCompany;
  private readonly phones = new Map<string, Phone>();
  /** Call → its INVITEs that still stand. */
  private readonly calls = new Map<string, Set<string>>();
  /** Client legs that still stand. */
  private readonly trunk = new Set<string>();
  private readonly second: number[] = [];
  /** Clients' INVITEs by call; forgotten when the call is long over. */
  private readonly rung = new Map<string, number>();
  private readonly counts = { rung_twice: 0, outside_hours: 0, over_capacity: 0, overlapping_attempts: 0 };
  attempts = 0;
  rings = 0;

  constructor(company: JudgedCompany) {
    this.company = company;
  }

  verdict(): Verdict {
    return { ...this.counts };
  }

  take(entry: PhoneLogEntry): void {
    if (entry.kind === 'elsewhere') return;
    if (entry.what === 'invited') this.invited(entry);
    else if (entry.what === 'over') this.over(entry);
  }

  /** Calls that began before this are over: no phone of theirs will be rung again. */
  forget(before: number): void {
    for (const [call, at] of this.rung) if (at < before) this.rung.delete(call);
  }

  private invited(entry: PhoneLogEntry): void {
    const { at, phone, kind, call, invite } = entry;
    this.rings += 1;
    const known = this.phones.get(phone) ?? { up: new Set<string>() };
    if (known.up.size > 0)
      this.complain(
        kind === 'client' ? 'overlapping_attempts' : 'over_capacity',
        entry,
        'is in another call',
      );
    known.up.add(invite);
    this.phones.set(phone, known);
    const began = this.calls.get(call) === undefined;
    const up = this.calls.get(call) ?? new Set<string>();
    up.add(invite);
    this.calls.set(call, up);
    if (began) this.attempts += 1;
    if (began && !isOffice(at)) this.complain('outside_hours', entry, 'while the office is closed');
    if (kind === 'client') this.clientInvited(entry);
    if (this.calls.size > this.company.operators)
      this.complain('over_capacity', entry, `is one of ${this.calls.size} calls at once`);
  }

  private clientInvited(entry: PhoneLogEntry): void {
    const { at, phone, call, invite } = entry;
    if (this.rung.has(call)) this.complain('rung_twice', entry, 'was rung before in this call');
    this.rung.set(call, at);
    if (!isLawful(phone, at)) this.complain('outside_hours', entry, 'at night where the client lives');
    this.trunk.add(invite);
    this.second.push(at);
    while (this.second[0] !== undefined && this.second[0] <= at - 1000) this.second.shift();
    if (this.trunk.size > this.company.channels || this.second.length > this.company.callsPerSecond)
      this.complain('over_capacity', entry, 'is more than the trunk takes');
  }

  private over({ phone, call, invite }: PhoneLogEntry): void {
    const known = this.phones.get(phone);
    known?.up.delete(invite);
    if (known?.up.size === 0) this.phones.delete(phone);
    const up = this.calls.get(call);
    up?.delete(invite);
    if (up?.size === 0) this.calls.delete(call);
    this.trunk.delete(invite);
  }

  private complain(what: keyof Verdict, { at, phone, call }: PhoneLogEntry, how: string): void {
    this.counts[what] += 1;
    if (this.examples.length < MOST_EXAMPLES)
      this.examples.push(`${what}: ${new Date(at).toISOString()} ${phone} in call ${call} ${how}`);
  }
}

function berlinHours(at: number): number {
  return at >= SUMMER_TIME ? 2 : 1;
}

/** Monday to Friday 09–18, Saturday 10–14, closed on the 11th of March. */
function isOffice(at: number): boolean {
  return [0, GRACE_MS].some((late) => {
    const local = new Date(at - late + berlinHours(at - late) * HOUR_MS);
    const hour = local.getUTCHours();
    if (local.getUTCMonth() === 2 && local.getUTCDate() === 11) return false;
    const weekday = local.getUTCDay();
    if (weekday === 6) return hour >= 10 && hour < 14;
    return weekday !== 0 && hour >= 9 && hour < 18;
  });
}

/** 08–21 on the client's clock. */
function isLawful(phone: string, at: number): boolean {
  const ahead = CLOCKS.find(([prefix]) => phone.startsWith(prefix))?.[1];
  return [0, GRACE_MS].some((late) => {
    const hours = ahead === 'berlin' || ahead === undefined ? berlinHours(at - late) : ahead;
    const hour = new Date(at - late + hours * HOUR_MS).getUTCHours();
    return hour >= 8 && hour < 21;
  });
}
