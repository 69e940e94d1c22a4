/**
 * Days of calls by random callers on a virtual clock: the same `advance` and `decide` that run live calls, a population
 * in the place of the world. Calls share the operators, so that a busy hour is busy. Called by `dialplan sim --calls`.
 */
import { advance } from '../../dialplan/advance.js';
import { decide, type Decision } from '../../dialplan/decide.js';
import type { Facts } from '../../dialplan/facts.js';
import type { Input } from '../../dialplan/inputs.js';
import { startSession, type InitialLeg, type Plans, type Session } from '../../dialplan/session.js';
import type { Operator } from '../../routing/telephony.js';
import type { CallId } from '../../values/ids.js';
import { Agenda } from './agenda.js';
import { answersOf, endsLeg, setFree, type Happens, type Surroundings } from './answers.js';
import { chanceFrom } from './chance.js';
import { HOURS_OF_DAY, type Habits } from './habits.js';
import { Tally, type PopulationSummary } from './tally.js';

export interface Population {
  readonly plan: string;
  readonly plans: Plans;
  readonly facts: Facts;
  readonly legs: readonly InitialLeg[];
  readonly calls: number;
  readonly days: number;
  readonly seed: number;
  readonly habits: Habits;
  /** Wall-clock time at which the first day begins, in ms. */
  readonly startAt: number;
  readonly operatorsAt: (at: number) => readonly Operator[];
}

interface Call {
  readonly facts: Facts;
  session: Session;
}

type Event =
  | { readonly kind: 'begins'; readonly number: number }
  | { readonly kind: 'happens'; readonly call: Call; readonly inputs: Happens['inputs'] };

const HOUR_MS = 3_600_000;
const CALLER = 'caller';

export function runPopulation(population: Population): PopulationSummary {
  return new Days(population).run();
}

class Days {
  private readonly population: Population;
  private readonly world: Surroundings;
  private readonly agenda = new Agenda<Event>();
  private readonly tally = new Tally();
  private readonly open = new Set<Call>();

  constructor(population: Population) {
    this.population = population;
    const { seed, habits, plans } = population;
    this.world = { chance: chanceFrom(seed), habits, plans, busy: new Map() };
  }

  run(): PopulationSummary {
    this.spreadCalls();
    for (let next = this.agenda.take(); next !== undefined; next = this.agenda.take()) {
      const { at, what } = next;
      if (what.kind === 'begins') this.begin(what.number, at);
      else if (this.open.has(what.call)) this.feed(what.call, what.inputs(what.call.session, at), at);
    }
    for (const { session } of this.open) this.tally.leftWaiting(session);
    return this.tally.summary();
  }

  /** By the hours of the day; within an hour anywhere. */
  private spreadCalls(): void {
    const { calls, days, startAt } = this.population;
    const weights = HOURS_OF_DAY.reduce((sum, weight) => sum + weight, 0);
    for (let number = 0; number < calls; number += 1) {
      const day = Math.floor(this.world.chance.next() * days);
      let left = this.world.chance.next() * weights;
      const hour = HOURS_OF_DAY.findIndex((weight) => (left -= weight) < 0);
      const at = startAt + (day * 24 + Math.max(hour, 0) + this.world.chance.next()) * HOUR_MS;
      this.agenda.put(Math.floor(at), { kind: 'begins', number });
    }
  }

  private begin(number: number, at: number): void {
    const { plan, legs, operatorsAt } = this.population;
    const callId = `sim-${number}` as CallId;
    const facts = { ...this.population.facts, callId, operators: operatorsAt(at) };
    const call = { facts, session: startSession({ plan, callId, legs, at }) };
    this.open.add(call);
    this.tally.began();
    if (legs.some(({ ref }) => ref === CALLER)) {
      const patience = this.world.chance.exponential(this.world.habits.patienceSeconds) * 1000;
      this.agenda.put(at + patience, { kind: 'happens', call, inputs: impatience });
    }
    this.settle(call, at);
  }

  private feed(call: Call, inputs: readonly Input[], at: number): void {
    for (const input of inputs) {
      if (!this.open.has(call)) return;
      this.advance(call, input, at);
      this.settle(call, at);
    }
  }

  private advance(call: Call, input: Input, at: number): void {
    const before = call.session;
    call.session = advance(before, input, call.facts, this.population.plans, at);
    this.tally.saw(before, call.session, at);
    if (input.kind === 'signal' && input.signal.kind === 'ended')
      setFree(this.world.busy, call.session, input.leg);
  }

  private settle(call: Call, at: number): void {
    for (;;) {
      const decision = decide(call.session, call.facts);
      if (decision.kind === 'wait') return;
      if (decision.kind === 'end') {
        this.end(call, decision, at);
        return;
      }
      this.advance(call, { kind: 'issued', directives: decision.directives }, at);
      for (const directive of decision.directives)
        for (const { after, inputs } of answersOf(this.world, directive, call.session))
          this.agenda.put(at + after, { kind: 'happens', call, inputs });
    }
  }

  private end(call: Call, decision: Extract<Decision, { kind: 'end' }>, at: number): void {
    setFree(this.world.busy, call.session);
    this.open.delete(call);
    this.tally.ended(call.session, decision, at);
  }
}

/** Who talks already stays. */
const impatience: Happens['inputs'] = (session, at) =>
  session.bridgedAt === undefined && session.legs[CALLER]?.state !== 'ended'
    ? endsLeg(CALLER)(session, at)
    : [];
