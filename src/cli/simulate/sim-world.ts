/**
 * Everything outside the program that outlives it: phones with people, the network between, the media server's
 * channels. It keeps the phones' own log, which is all that the judge reads of calls. It knows nothing of the program.
 */
import type { SimClock, SimRandom } from './sim-clock.js';

export interface PhoneLogEntry {
  readonly at: number;
  readonly phone: string;
  readonly kind: 'operator' | 'client' | 'elsewhere';
  /** One an INVITE. */
  readonly invite: string;
  /** Header of the INVITE that names the call. */
  readonly call: string;
  readonly what: 'invited' | 'rang' | 'answered' | 'heard-other' | 'over';
}

export type LineEvent =
  | { readonly kind: 'ringing'; readonly sipStatus: number }
  | { readonly kind: 'early-media' }
  | { readonly kind: 'answered' }
  | { readonly kind: 'key'; readonly digit: string }
  | { readonly kind: 'refer'; readonly target: string }
  | {
      readonly kind: 'ended';
      readonly by: 'caller' | 'callee' | 'system';
      readonly sipStatus?: number;
      readonly reason?: string;
    };

/** One INVITE and what became of it. */
export interface Line {
  readonly invite: string;
  readonly call: string;
  readonly phone: string;
  readonly kind: 'operator' | 'client' | 'elsewhere';
  readonly createdAt: number;
  readonly transactionId: string;
  readonly dialogId: string;
  readonly channelUuid: string;
  state: 'sent' | 'ringing' | 'answered' | 'over';
  /** The media server's side; may outlive the phone's. */
  channel: 'up' | 'gone';
  bridgedTo: Line | undefined;
  listener: (event: LineEvent) => void;
}

export interface Dialling {
  readonly invite: string;
  readonly call: string;
  readonly phone: string;
  readonly kind: 'operator' | 'client' | 'elsewhere';
  readonly ringMs: number;
}

/** A far end whose caller vanished gives up this long after the time it was asked to ring. */
const RING_OUT_MS = 15_000;
/** Nobody listens to silence for longer. */
const SILENCE_MS = 20_000;

export class SimWorld {
  readonly log: PhoneLogEntry[] = [];
  lines: Line[] = [];
  private readonly clock: SimClock;
  private readonly random: SimRandom;
  private readonly write: (entry: PhoneLogEntry) => void;

  /** `write` takes the phones' log as it grows, instead of `log`. */
  constructor(clock: SimClock, random: SimRandom, write?: (entry: PhoneLogEntry) => void) {
    this.clock = clock;
    this.random = random;
    this.write = write ?? ((entry) => this.log.push(entry));
  }

  /** Lines that are over on both sides are of no use to anybody. */
  forgetOver(): void {
    this.lines = this.lines.filter(({ state, channel }) => state !== 'over' || channel === 'up');
  }

  dial(dialling: Dialling): Line {
    const line = this.lineOf(dialling);
    this.note(line, 'invited');
    this.clock.after(dialling.ringMs + RING_OUT_MS, () => this.giveUp(line));
    if (line.kind === 'operator') this.operatorTakes(line);
    else this.clientTakes(line);
    return line;
  }

  private lineOf({ invite, call, phone, kind }: Omit<Dialling, 'ringMs'>): Line {
    const line: Line = {
      invite,
      call,
      phone,
      kind,
      createdAt: this.clock.now(),
      transactionId: `tx-${invite}`,
      dialogId: `dlg-${invite}`,
      channelUuid: `ch-${invite}`,
      state: 'sent',
      channel: 'up',
      bridgedTo: undefined,
      listener: () => undefined,
    };
    this.lines.push(line);
    return line;
  }

  /** An INVITE comes to us; the line is the caller's. */
  arrive(invite: string): Line {
    const line = this.lineOf({ invite, call: invite, phone: 'caller', kind: 'elsewhere' });
    line.state = 'ringing';
    return line;
  }

  /** We answered the caller. */
  pickUp(line: Line): void {
    this.answer(line);
  }

  /** The caller hangs up, or hears our refusal. */
  leave(line: Line): void {
    if (line.state !== 'over') this.over(line, { kind: 'ended', by: 'caller' });
  }

  /** CANCEL, or BYE, from our side. */
  hangUp(line: Line, reason: string): void {
    line.channel = 'gone';
    if (line.state === 'over') return;
    const before = line.state;
    this.over(
      line,
      before === 'answered'
        ? { kind: 'ended', by: 'system', reason }
        : { kind: 'ended', by: 'system', sipStatus: 487, reason },
    );
  }

  killChannel(line: Line): void {
    line.channel = 'gone';
    if (line.state === 'answered') this.clock.after(SILENCE_MS, () => this.partyHangsUp(line));
  }

  bridge(a: Line, b: Line): void {
    a.bridgedTo = b;
    b.bridgedTo = a;
    this.noteTalk(a, b);
  }

  unbridge(a: Line): void {
    if (a.bridgedTo !== undefined) a.bridgedTo.bridgedTo = undefined;
    a.bridgedTo = undefined;
  }

  private noteTalk(a: Line, b: Line): void {
    if (a.state !== 'answered' || b.state !== 'answered') return;
    for (const line of [a, b]) this.note(line, 'heard-other');
    this.clock.after(this.random.between(3000, 120_000), () => this.partyHangsUp(this.random.pick([a, b])));
  }

  // People

  private operatorTakes(line: Line): void {
    const mood = this.random.next();
    if (mood < 0.08) {
      this.later(200, line, () => this.refuse(line, this.random.pick([486, 603, 480])));
      return;
    }
    this.later(this.random.between(50, 800), line, () => this.ring(line));
    if (mood < 0.25) return;
    this.later(this.random.between(1500, 15_000), line, () => {
      this.answer(line);
      this.pressKeys(
        line,
        this.random.chance(0.75) ? '1' : this.random.pick(['3', '4', '9', '2', '7', '']),
        4,
      );
    });
  }

  /** Presses again while nothing happens, as people do; sometimes just hangs up. */
  private pressKeys(line: Line, digit: string, times: number): void {
    if (times === 0) return;
    this.later(this.random.between(1500, 6000), line, () => {
      if (line.bridgedTo !== undefined) return;
      if (digit !== '') this.say(line, { kind: 'key', digit });
      if (this.random.chance(0.04)) this.partyHangsUp(line);
      else this.pressKeys(line, digit, times - 1);
    });
    if (this.random.chance(0.03))
      this.later(20_000, line, () => this.say(line, { kind: 'refer', target: 'sip:elsewhere@invalid' }));
  }

  private clientTakes(line: Line): void {
    const fate = this.random.next();
    if (fate < 0.2) {
      this.later(400, line, () => this.refuse(line, 486));
      return;
    }
    if (fate < 0.3) {
      this.later(300, line, () => this.refuse(line, this.random.pick([503, 500, 404, 603])));
      return;
    }
    this.later(this.random.between(300, 3000), line, () => this.ring(line));
    if (this.random.chance(0.2)) this.later(3500, line, () => this.say(line, { kind: 'early-media' }));
    if (fate < 0.5) return;
    this.later(this.random.between(4000, 25_000), line, () => {
      this.answer(line);
      // A person presses the key that a greeting asks for; a mailbox and a fax machine do not.
      this.pressKeys(line, this.random.chance(0.75) ? '1' : '', 2);
      // A client who hears nothing leaves.
      this.later(SILENCE_MS, line, () => {
        if (line.bridgedTo === undefined) this.partyHangsUp(line);
      });
    });
  }

  // Signalling

  private ring(line: Line): void {
    if (line.state !== 'sent') return;
    line.state = 'ringing';
    this.note(line, 'rang');
    this.say(line, { kind: 'ringing', sipStatus: 180 });
    if (this.random.chance(0.2))
      this.later(100, line, () => this.say(line, { kind: 'ringing', sipStatus: 180 }));
  }

  private answer(line: Line): void {
    if (line.state !== 'sent' && line.state !== 'ringing') return;
    line.state = 'answered';
    this.note(line, 'answered');
    this.say(line, { kind: 'answered' });
    if (this.random.chance(0.1)) this.say(line, { kind: 'answered' });
    if (line.bridgedTo !== undefined) this.noteTalk(line, line.bridgedTo);
  }

  private refuse(line: Line, sipStatus: number): void {
    if (line.state === 'answered') return;
    this.over(line, { kind: 'ended', by: 'callee', sipStatus });
    line.channel = 'gone';
  }

  private partyHangsUp(line: Line): void {
    if (line.state !== 'answered') return;
    this.over(line, { kind: 'ended', by: 'callee' });
  }

  /** The network's last word on an INVITE that nobody ended; a human finds a dead line and puts the phone down. */
  private giveUp(line: Line): void {
    if (line.state === 'sent' || line.state === 'ringing')
      this.over(line, { kind: 'ended', by: 'system', sipStatus: 408 });
    else if (line.state === 'answered' && line.bridgedTo === undefined)
      this.clock.after(SILENCE_MS, () => this.leaveSilence(line));
  }

  private leaveSilence(line: Line): void {
    if (line.bridgedTo === undefined) this.partyHangsUp(line);
  }

  private over(line: Line, event: LineEvent): void {
    line.state = 'over';
    this.note(line, 'over');
    const other = line.bridgedTo;
    this.unbridge(line);
    if (other !== undefined) this.clock.after(SILENCE_MS, () => this.leaveSilence(other));
    this.say(line, event);
    // Late and repeated signals of a line that is over must not bring it back.
    if (this.random.chance(0.1)) this.clock.after(500, () => line.listener({ kind: 'answered' }));
    if (this.random.chance(0.1)) this.clock.after(700, () => line.listener(event));
  }

  private say(line: Line, event: LineEvent): void {
    line.listener(event);
  }

  private later(ms: number, line: Line, act: () => void): void {
    this.clock.after(ms, () => {
      if (line.state !== 'over') act();
    });
  }

  private note({ invite, call, phone, kind }: Line, what: PhoneLogEntry['what']): void {
    this.write({ at: this.clock.trueNow(), phone, kind, invite, call, what });
  }
}
