/**
 * What happens to the simulated company in a month: leads day and night, some twice; clients who call in; operators who
 * pause; deaths of the process; a clock that is set wrong and right again. Everything follows from the seed.
 */
import type { LeadDraft } from '../../domain/leads/lead.js';
import type { FormId } from '../../domain/values/ids.js';
import { CLIENT_PREFIXES, MONTH_BEGINS } from './company.js';
import { SimCaller } from './sim-caller.js';
import type { SimClock, SimRandom } from './sim-clock.js';
import type { SimLives } from './sim-lives.js';
import { SimPoster } from './sim-poster.js';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface MonthBusinessParts {
  readonly lives: SimLives;
  readonly clock: SimClock;
  readonly random: SimRandom;
  readonly operators: readonly string[];
  /** Forms of the second policy. */
  readonly forms: readonly FormId[];
  readonly days: number;
  readonly failed: (why: string) => void;
}

export class MonthBusiness {
  readonly poster: SimPoster;
  duplicates = 0;
  callers = 0;
  clockJumps = 0;
  private readonly parts: MonthBusinessParts;
  private readonly clock: SimClock;
  private readonly random: SimRandom;

  constructor(parts: MonthBusinessParts) {
    this.parts = parts;
    this.clock = parts.clock;
    this.random = parts.random;
    this.poster = new SimPoster(parts);
  }

  planLead(n: number): void {
    const { days } = this.parts;
    // Twice as many by day as by night.
    const at = this.random.between(0, days) * DAY_MS;
    const byNight = new Date(MONTH_BEGINS + at).getUTCHours() < 6 && this.random.chance(0.5);
    const phone = `${this.random.pick(CLIENT_PREFIXES)}${String(n).padStart(6, '0')}`;
    this.clock.after(byNight ? Math.min(at + 9 * HOUR_MS, days * DAY_MS) : at, () => this.send(phone));
  }

  private send(phone: string): void {
    const [form] = this.parts.forms;
    const draft: LeadDraft = {
      source: 'api',
      kind: 'form',
      rawPhone: phone,
      clientName: 'Ann',
      answers: [],
      touch: {},
      ...(form !== undefined && this.random.chance(0.4) ? { formId: form } : {}),
    };
    this.post(draft);
    if (this.random.chance(0.08))
      this.clock.after(this.random.between(100, 20 * 60_000), () => this.post(draft));
    if (this.random.chance(0.03))
      this.clock.after(this.random.between(5000, 3 * HOUR_MS), () => this.callIn(phone));
  }

  private post(draft: LeadDraft): void {
    this.poster.post(draft, ({ status }) => {
      if (status === 'duplicate') this.duplicates += 1;
    });
  }

  private callIn(ani: string): void {
    const { current } = this.parts.lives;
    if (current === undefined || !isWorkingTime(this.clock.trueNow())) return;
    this.callers += 1;
    const caller = new SimCaller(current.telephone, { remoteAddress: '192.0.2.1:5060', ani });
    this.clock.after(this.random.between(5000, 120_000), () => caller.hangUp());
  }

  /** Deaths on even days, wrong clocks on odd ones: nobody can keep a lease over both at once. */
  planDay(day: number): void {
    const begins = day * DAY_MS;
    // At a time when no legal hour of any client begins or ends: a program with a wrong clock cannot keep it to the minute.
    const noon = begins + 12 * HOUR_MS;
    if (day % 2 === 0)
      for (let n = 0; n < 2; n += 1)
        this.clock.after(begins + this.random.between(8, 17) * HOUR_MS, () => {
          this.parts.lives.dieAfter(this.random.whole(1, 400));
        });
    else {
      this.clock.after(noon, () => this.jump(this.random.between(-1200, 1200) * 1000));
      this.clock.after(noon + this.random.between(600, 3600) * 1000, () => this.jump(0));
    }
    this.clock.after(begins + this.random.between(8, 16) * HOUR_MS, () => this.takeBreak());
  }

  private jump(offsetMs: number): void {
    if (offsetMs !== 0) this.clockJumps += 1;
    this.clock.jumpTo(Math.round(offsetMs));
  }

  private takeBreak(): void {
    const operator = this.random.pick(this.parts.operators);
    const say = (duty: 'on' | 'paused'): void => {
      const { current } = this.parts.lives;
      if (current === undefined) this.clock.after(1000, () => say(duty));
      else void current.app.setDuty({ operator, duty, by: 'phone' }).catch(() => undefined);
    };
    say('paused');
    this.clock.after(this.random.between(600, 3600) * 1000, () => say('on'));
  }
}

/** Nobody calls a company by night; within these hours it is open whatever the season. */
function isWorkingTime(at: number): boolean {
  const local = new Date(at);
  const holiday = local.getUTCMonth() === 2 && local.getUTCDate() === 11;
  const [weekday, hour] = [local.getUTCDay(), local.getUTCHours()];
  return !holiday && weekday >= 1 && weekday <= 5 && hour >= 9 && hour < 15;
}
