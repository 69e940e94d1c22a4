/**
 * The script language of `dialplan test` and `dialplan sim`: one line is one thing that happens, at a virtual time in
 * seconds. A line that cannot be read, or that fits nothing which goes on, throws Fault `field-invalid`.
 *
 *   2.0 operator:anna rings [180]        2.0 client sends-media          4.0 operator:anna answers
 *   4.5 client ends 486 [q850]           9.0 client hangs-up             6.0 operator:anna presses 1
 *   6.0 operator:anna is-silent          7.0 operator:anna has-heard     3.0 operator:anna not-allowed busy-device
 *   8.0 operator:anna holds | resumes    8.0 operator:anna transfers-to sip:x@y | 102 [replacing leg]
 *   5.0 webhook responds 200 {"a":1}     5.0 wait elapses                5.0 webhook | wait | bridge | record fails | is-lost
 *   5.0 operator:anna fails | is-lost    (its latest activity; `is-lost`: a crash between intent and outcome)
 *   5.0 api hang-up | pause-recording | resume-recording | tag vip | mark target
 *   5.0 queue is-at 2 [of 5 [waits 90]]    5.0 queue offers anna     5.0 queue is-full
 *   5.0 park gets 701 | is-full            9.0 park wanted-by anna   5.0 callback becomes queued
 *   5.0 pick-up is-done
 *   5.0 [5] elapses                        (the activity with this number in the transcript)
 */
import { Fault } from '../../errors.js';
import type { ActivityOutcome, Input, SessionCommand, SessionSignal } from '../dialplan/inputs.js';
import { CALL_MARKS } from '../calls/call.js';
import type { RunningActivity, Session } from '../dialplan/session.js';
import type { ActivityId, LeadId } from '../values/ids.js';
import { nearestName } from '../values/nearest.js';

export interface ScriptLine {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly subject: string;
  readonly verb: string;
  readonly rest: readonly string[];
}

export function parseLine(text: string): ScriptLine {
  const [at = '', subject = '', verb = '', ...rest] = text.trim().split(/\s+/);
  if (verb === '' || !/^\d+(\.\d+)?$/.test(at))
    throw slip(`"${text}" is no script line: expected <seconds> <who> <does> …`);
  return { at: Math.round(Number(at) * 1000), subject, verb, rest };
}

function slip(message: string): Fault {
  return new Fault('field-invalid', message);
}

function numberIn(text = ''): number {
  if (!/^\d{1,3}$/.test(text)) throw slip(`expected a status or cause, not "${text}"`);
  return Number(text);
}

type Running = readonly [ActivityId, RunningActivity];

/** The inputs a runner would feed for this line. */
export function inputsOf(session: Session, line: ScriptLine, at: number): readonly Input[] {
  if (line.subject === 'api') return [{ kind: 'command', by: 'api', command: commandOf(line) }];
  const asked = deskCommandOf(line);
  if (asked !== undefined) return [{ kind: 'command', by: line.subject, command: asked }];
  const activities = Object.entries(session.activities) as unknown as Running[];
  const numbered = /^\[(\d+)\]$/.exec(line.subject)?.[1];
  if (numbered !== undefined)
    return [outcomeFor(latest(withNumber(activities, numbered), line), outcomeOf(line))];
  if (!Object.hasOwn(session.legs, line.subject))
    return [
      outcomeFor(
        latest(
          activities.filter(([, one]) => one.verb === line.subject),
          line,
        ),
        outcomeOf(line),
      ),
    ];
  const own = activities.filter(([, one]) => one.leg === line.subject);
  return legInputs(line, own, at);
}

function withNumber(activities: readonly Running[], number: string): readonly Running[] {
  return activities.filter(([id]) => id.endsWith(`.${number}`));
}

function latest(found: readonly Running[], line: ScriptLine): ActivityId {
  const last = found.at(-1);
  if (last === undefined) throw slip(`nothing goes on for "${line.subject} ${line.verb}"`);
  return last[0];
}

function outcomeFor(activity: ActivityId, outcome: ActivityOutcome): Input {
  return { kind: 'outcome', activity, outcome };
}

function legInputs(line: ScriptLine, own: readonly Running[], at: number): readonly Input[] {
  const of = (...verbs: string[]): readonly Running[] => own.filter(([, one]) => verbs.includes(one.verb));
  const special = Object.hasOwn(LEG_OUTCOMES, line.verb)
    ? LEG_OUTCOMES[line.verb]?.(line, of, at)
    : undefined;
  if (special !== undefined) return special;
  const signals = [signalOf(line, at)].map((signal): Input => ({
    kind: 'signal',
    leg: line.subject,
    signal,
    at,
  }));
  // A runner reports an answer and an end twice: as the signal of the leg and as the outcome of the activity.
  if (line.verb === 'answers')
    return [...signals, ...of('originate', 'answer').map(([id]) => outcomeFor(id, { kind: 'answered' }))];
  const ends = line.verb === 'ends' || line.verb === 'hangs-up';
  return ends
    ? [...signals, ...own.map(([id]) => outcomeFor(id, { kind: 'leg-ended', leg: line.subject }))]
    : signals;
}

type Of = (...verbs: string[]) => readonly Running[];

/** Lines about what a leg hears or is asked, and how that ends. Keys that nobody asks for are signals, one each. */
const LEG_OUTCOMES: Readonly<Record<string, (line: ScriptLine, of: Of, at: number) => readonly Input[]>> = {
  presses(line, of, at) {
    const digits = line.rest[0] ?? '';
    const gather = of('gather').at(-1);
    if (gather !== undefined) return [outcomeFor(gather[0], { kind: 'digits', digits })];
    return Array.from(digits, (digit) => ({
      kind: 'signal',
      leg: line.subject,
      signal: { kind: 'key', digit },
      at,
    }));
  },
  'is-silent': (line, of) => [outcomeFor(latest(of('gather'), line), { kind: 'no-input' })],
  'has-heard': (line, of) => [outcomeFor(latest(of('play'), line), { kind: 'done' })],
  'not-allowed': (line, of) => [
    outcomeFor(latest(of('originate'), line), { kind: 'not-allowed', why: line.rest[0] as 'channels' }),
  ],
  fails: (line, of) => [outcomeFor(latest(of(...ANY), line), outcomeOf(line))],
  'is-lost': (line, of) => [outcomeFor(latest(of(...ANY), line), outcomeOf(line))],
};
const ANY = ['originate', 'answer', 'ring', 'play', 'gather', 'bridge', 'record'] as const;

const SIGNALS: Readonly<Record<string, (line: ScriptLine, at: number) => SessionSignal>> = {
  rings: ({ rest }) => ({ kind: 'ringing', sipStatus: numberIn(rest[0] ?? '180') }),
  'sends-media': () => ({ kind: 'early-media' }),
  answers: () => ({ kind: 'answered' }),
  holds: () => ({ kind: 'held' }),
  resumes: () => ({ kind: 'resumed' }),
  'hangs-up': (line, at) => ({ kind: 'ended', ending: { by: sideOf(line), at } }),
  ends: (line, at) => ({
    kind: 'ended',
    ending: { by: sideOf(line), sipStatus: numberIn(line.rest[0]), ...q850Of(line), at },
  }),
  'transfers-to': ({ rest }) => ({
    kind: 'transfer-requested',
    ...targetOf(rest[0] ?? ''),
    ...(rest[2] === undefined ? {} : { replaces: rest[2] }),
  }),
};

/** A bare word is an extension or a name, dialled as an address of ours. */
function targetOf(target: string): { readonly target: string; readonly inside?: string } {
  return target.includes(':') ? { target } : { target: `sip:${target}@here`, inside: target };
}

function sideOf({ subject }: ScriptLine): 'caller' | 'callee' {
  return subject === 'caller' ? 'caller' : 'callee';
}

function q850Of({ rest }: ScriptLine): { readonly q850?: number } {
  return rest[1] === undefined ? {} : { q850: numberIn(rest[1]) };
}

function signalOf(line: ScriptLine, at: number): SessionSignal {
  const signal = Object.hasOwn(SIGNALS, line.verb) ? SIGNALS[line.verb] : undefined;
  if (signal !== undefined) return signal(line, at);
  const nearest = nearestName(line.verb, [...Object.keys(SIGNALS), ...Object.keys(LEG_OUTCOMES)]);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  throw slip(`a leg cannot do "${line.verb}"${hint}`);
}

const OUTCOMES: Readonly<Record<string, (rest: readonly string[]) => ActivityOutcome>> = {
  elapses: () => ({ kind: 'elapsed' }),
  responds: (rest) => ({ kind: 'responded', status: numberIn(rest[0]), body: rest.slice(1).join(' ') }),
  fails: (rest) => ({ kind: 'failed', why: rest.join(' ') }),
  'is-lost': () => ({ kind: 'unknown' }),
  gets: (rest) => ({ kind: 'parked', slot: rest[0] ?? '' }),
  'is-full': () => ({ kind: 'not-allowed', why: 'channels' }),
  becomes: (rest) => ({ kind: 'lead-taken', leadId: 'lead' as LeadId, status: rest[0] ?? '' }),
  'is-done': () => ({ kind: 'done' }),
};

function outcomeOf({ verb, rest }: ScriptLine): ActivityOutcome {
  const outcome = Object.hasOwn(OUTCOMES, verb) ? OUTCOMES[verb] : undefined;
  if (outcome === undefined) throw slip(`nothing has the outcome "${verb}"`);
  return outcome(rest);
}

/** What a queue or a parking place says to a call that waits there. */
function deskCommandOf({ subject, verb, rest }: ScriptLine): SessionCommand | undefined {
  if (subject === 'park' && verb === 'wanted-by') return { kind: 'pick-up', operator: rest[0] ?? '' };
  if (subject !== 'queue') return undefined;
  if (verb === 'offers') return { kind: 'queue-offer', operator: rest[0] ?? '' };
  if (verb !== 'is-at') return undefined;
  const [position, , waiting, , seconds] = rest;
  return {
    kind: 'queue-position',
    position: numberIn(position),
    waiting: numberIn(waiting ?? position),
    ...(seconds === undefined ? {} : { waitSeconds: numberIn(seconds) }),
  };
}

function commandOf({ verb, rest }: ScriptLine): SessionCommand {
  if (verb === 'tag') return { kind: 'tag', tags: rest };
  const mark = CALL_MARKS.find((one) => verb === 'mark' && one === rest[0]);
  if (mark !== undefined) return { kind: 'mark', mark };
  if (verb === 'hang-up' || verb === 'pause-recording' || verb === 'resume-recording') return { kind: verb };
  throw slip(`there is no command "${verb}"`);
}
