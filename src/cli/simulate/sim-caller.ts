/** A party who calls us in a simulation: its leg is the application's, its will is the test's. */
import type { InboundLeg } from '../../app/ports/switch.js';
import type { LegId } from '../../domain/values/ids.js';
import { never, type SimLeg, type SimSwitch } from './sim-switch.js';
import type { Line } from './sim-world.js';

export interface SimCallerOptions {
  readonly remoteAddress: string;
  /** Who calls; absent: a stranger. */
  readonly ani?: string;
  /** What becomes of our refusal on its way. */
  readonly rejecting?: 'arrives' | 'fails';
  /** What was dialled. */
  readonly dnis?: string;
  readonly authenticatedAs?: string;
}

export class SimCaller {
  answered = false;
  rang = false;
  rejectedWith: number | undefined;
  private readonly telephone: SimSwitch;
  private readonly line: Line;

  constructor(telephone: SimSwitch, options: SimCallerOptions) {
    const { remoteAddress, ani = '79160000099', rejecting = 'arrives' } = options;
    const { dnis = '74951234567', authenticatedAs } = options;
    this.telephone = telephone;
    this.line = telephone.world.arrive(`in-${telephone.world.lines.length}-${telephone.clock.now()}`);
    const leg = telephone.arrive(this.line, this.line.invite as LegId);
    telephone.deliver({
      leg: this.inboundLeg(leg, rejecting),
      dnis,
      ...(authenticatedAs === undefined ? {} : { authenticatedAs }),
      ani,
      remoteAddress,
      receivedOn: '127.0.0.1:5060',
      headers: {},
    });
  }

  press(digit: string): void {
    this.line.listener({ kind: 'key', digit });
  }

  hangUp(): void {
    this.telephone.world.leave(this.line);
  }

  private inboundLeg(leg: SimLeg, rejecting: 'arrives' | 'fails'): InboundLeg {
    return Object.assign(leg, {
      joinHome: () => undefined,
      ring: () => {
        this.telephone.life.crashPoint('ring');
        this.rang = true;
        return this.telephone.answer(undefined);
      },
      openEarly: () => this.telephone.answer('open' as const),
      answer: (): Promise<'answered' | 'leg-ended'> => {
        if (!this.telephone.life.isAlive()) return never();
        if (this.line.state === 'over') return Promise.resolve('leg-ended' as const);
        this.answered = true;
        this.telephone.world.pickUp(this.line);
        this.telephone.life.crashPoint('answer');
        return this.telephone.answer('answered' as const);
      },
      reject: (sipStatus: number): Promise<void> => {
        if (!this.telephone.life.isAlive()) return never();
        this.rejectedWith = sipStatus;
        if (rejecting === 'fails') return Promise.reject(new Error('the transaction is gone'));
        this.telephone.world.leave(this.line);
        return this.telephone.answer(undefined);
      },
    });
  }
}
