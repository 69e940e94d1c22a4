/** Posts leads as a site does: who gets no answer, because the program is dead or died over it, posts again. */
import type { TakenLead } from '../../app/leads/taken-lead.js';
import type { LeadDraft } from '../../domain/leads/lead.js';
import type { SimClock } from './sim-clock.js';
import type { SimLives } from './sim-lives.js';

const DEAD_MS = 1000;
const PATIENCE_MS = 5000;

export interface SimPosterParts {
  readonly lives: SimLives;
  readonly clock: SimClock;
  readonly failed: (why: string) => void;
}

export class SimPoster {
  posted = 0;
  answered = 0;
  private readonly parts: SimPosterParts;

  constructor(parts: SimPosterParts) {
    this.parts = parts;
  }

  post(draft: LeadDraft, told: (answer: TakenLead) => void): void {
    this.posted += 1;
    this.attempt(draft, told);
  }

  private attempt(draft: LeadDraft, told: (answer: TakenLead) => void): void {
    const { lives, clock, failed } = this.parts;
    const { current } = lives;
    if (current === undefined) {
      clock.after(DEAD_MS, () => this.attempt(draft, told));
      return;
    }
    let answer: TakenLead | undefined;
    current.app.takeLead(draft).then(
      (taken) => {
        answer = taken;
        this.answered += 1;
        told(taken);
      },
      (thrown: unknown) => failed(String(thrown)),
    );
    clock.after(PATIENCE_MS, () => {
      if (answer === undefined) this.attempt(draft, told);
    });
  }
}
