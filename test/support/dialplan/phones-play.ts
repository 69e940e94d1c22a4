/**
 * Phones that do what the script of a plan's test says, on a running program over SIP and RTP: each line is done when the
 * program has begun everything that the simulation had begun before that line, so nothing is settled by waiting.
 */
import { expect } from 'vitest';
import type { Directive } from '../../../src/domain/dialplan/directives.js';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import type { InitialLeg, Plans } from '../../../src/domain/dialplan/session.js';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import { describeDirective } from '../../../src/domain/simulation/describe-directive.js';
import { runScript, type ScriptRun } from '../../../src/domain/simulation/run-script.js';
import { parseLine, type ScriptLine } from '../../../src/domain/simulation/script.js';
import type { CallId } from '../../../src/domain/values/ids.js';
import type { Store } from '../../../src/app/ports/store.js';
import type { Phone, PhoneCall } from '../../../src/phone/api.js';
import type { Program } from '../sipp/program.js';

export interface PlayedPlan {
  readonly plan: string;
  readonly plans: Plans;
  /** As in a test file; times only order them. */
  readonly script: readonly string[];
}

export interface Stage {
  readonly program: Program;
  /** Who a leg of the script is: `operator:anna`, `target`, `client`. */
  phoneOf(leg: string): Phone;
  /** Makes the call; the caller's side of it, when it is a caller who begins. */
  begin(): Promise<PhoneCall | undefined>;
}

/** Only what starts something: the store keeps these, each with its activity. */
const started = (directives: readonly Directive[]): readonly string[] =>
  directives.filter((directive) => 'activity' in directive).map(describeDirective);

export interface Played {
  readonly live: readonly string[];
  readonly simulated: readonly string[];
  readonly run: ScriptRun;
  readonly call: CallRecord;
}

/** Plays the script with phones and, with the facts that the program had, in the simulation. */
export async function playPlan(stage: Stage, played: PlayedPlan): Promise<Played> {
  const { program } = stage;
  const lines = played.script.map(parseLine);
  for (const line of lines) setReaction(stage, line);
  const began = program.nextEvent('call.started');
  const caller = await stage.begin();
  const callId = (await began).callId ?? ('' as CallId);
  const { store } = program.dialtrace.services;
  const finished = program.nextFinished();
  const simulate = async (script: readonly string[]): Promise<ScriptRun> => {
    const call = await store.calls.byId(callId);
    if (call === undefined) throw new Error('the call is not stored');
    const facts = JSON.parse(call.facts ?? '{}') as Facts;
    const legs = caller === undefined ? [] : [callerOf(facts)];
    return runScript({ ...played, facts, legs, lines: script, startAt: call.startedAt });
  };
  for (const [index, line] of lines.entries()) {
    if (!BY_HAND.includes(line.verb)) continue;
    const before = await simulate(played.script.slice(0, index));
    await expect
      .poll(() => progressOf(store, callId, line.subject), { timeout: 10_000, interval: 20 })
      .toSatisfy(isAsFarAs({ started: startedIn(before).length, spoken: wordsTo(line.subject, before) }));
    if (line.verb === 'wanted-by') await pickUp(program, callId, line.rest[0] ?? '');
    else await act(line, await talkingCall(() => sideOf(stage, line, caller)));
  }
  const { call } = await finished;
  const activities = await store.calls.activitiesOf(callId);
  const live = started(activities.map(({ directive }) => JSON.parse(directive) as Directive));
  const run = await simulate(played.script);
  return { live, simulated: startedIn(run), run, call };
}

function startedIn({ happenings }: ScriptRun): readonly string[] {
  return started(happenings.flatMap((one) => (one.kind === 'directive' ? [one.directive] : [])));
}

interface Progress {
  readonly started: number;
  /** Texts that this party has begun to hear: a key before that would be pressed into nothing. */
  readonly spoken: number;
}

const isAsFarAs =
  (wanted: Progress) =>
  ({ started: begun, spoken }: Progress): boolean =>
    begun >= wanted.started && spoken >= wanted.spoken;

async function progressOf(store: Store, callId: CallId, party: string): Promise<Progress> {
  const told = await store.events.ofCall(callId);
  const spoken = told.filter(({ name, payload }) => name === 'prompt.spoken' && payload['leg'] === party);
  return { started: (await store.calls.activitiesOf(callId)).length, spoken: spoken.length };
}

function wordsTo(party: string, { happenings }: ScriptRun): number {
  return happenings
    .flatMap((one) => (one.kind === 'directive' ? [one.directive] : []))
    .flatMap((one) => ((one.verb === 'play' || one.verb === 'gather') && one.leg === party ? one.what : []))
    .filter((item) => item.kind === 'prompt' || item.kind === 'template').length;
}

function callerOf({ clientNumber }: Facts): InitialLeg {
  return { ref: 'caller', role: 'caller', party: clientNumber ?? '' };
}

/** What a phone does by itself when it is called. */
function setReaction(stage: Stage, { subject, verb, rest }: ScriptLine): void {
  if (subject === 'caller') return;
  if (verb === 'answers') stage.phoneOf(subject).setScript({ onCall: { kind: 'answer' } });
  if (verb === 'ends')
    stage.phoneOf(subject).setScript({ onCall: { kind: 'reject', status: Number(rest[0]) } });
}

const BY_HAND: readonly string[] = ['presses', 'hangs-up', 'holds', 'resumes', 'wanted-by'];

function sideOf(stage: Stage, { subject }: ScriptLine, caller: PhoneCall | undefined): PhoneCall | undefined {
  return subject === 'caller' ? caller : stage.phoneOf(subject).calls.at(-1);
}

async function pickUp({ dialtrace }: Program, callId: CallId, operator: string): Promise<void> {
  const answer = await dialtrace.app.commandCall(callId, 'test', { kind: 'pick-up', operator });
  expect(answer).toEqual({ kind: 'accepted' });
}

/** The program may have begun to ring a phone that has not heard of it yet. */
async function talkingCall(look: () => PhoneCall | undefined): Promise<PhoneCall> {
  await expect.poll(() => look()?.state, { timeout: 5000, interval: 20 }).toMatch(/talking|held/);
  return look() as PhoneCall;
}

async function act({ verb, rest }: ScriptLine, call: PhoneCall): Promise<void> {
  if (verb === 'presses') await call.press(rest[0] ?? '');
  else if (verb === 'hangs-up') await call.hangUp();
  else if (verb === 'holds') expect(await call.hold()).toBe('done');
  else expect(await call.resume()).toBe('done');
}
