/**
 * States of a leg and of a call, each with one transition table. `move` never throws: an event that does not fit is
 * answered `ignored` with a reason, to be counted and logged (a late 200 after CANCEL, a key after the hang-up).
 *
 *   leg   new ─► trying ─► ringing ─► early-media ─► answered ◄─► held        every state ─► ended
 *                  └──────────┴───────────────────────►┘
 *   call  arriving ─► in-dialplan ─► ringing-out ─► bridged ─► wrapping-up ─► closed
 *                          ▲              │            │
 *                          └──────────────┴────────────┘          every state ─► wrapping-up
 */

export type LegState = 'new' | 'trying' | 'ringing' | 'early-media' | 'answered' | 'held' | 'ended';
export type LegEvent = 'invited' | 'rang' | 'sent-media' | 'answered' | 'was-held' | 'was-resumed' | 'ended';

export type CallState = 'arriving' | 'in-dialplan' | 'ringing-out' | 'bridged' | 'wrapping-up' | 'closed';
export type CallEvent =
  'plan-started' | 'rang-out' | 'ring-ended' | 'bridged' | 'unbridged' | 'finishing' | 'closed';

export type Moved<S> =
  { readonly kind: 'moved'; readonly state: S } | { readonly kind: 'ignored'; readonly why: string };

type Table<S extends string, E extends string> = Readonly<Record<S, Readonly<Partial<Record<E, S>>>>>;

const LEG_TABLE: Table<LegState, LegEvent> = {
  new: {
    invited: 'trying',
    rang: 'ringing',
    'sent-media': 'early-media',
    answered: 'answered',
    ended: 'ended',
  },
  trying: { rang: 'ringing', 'sent-media': 'early-media', answered: 'answered', ended: 'ended' },
  ringing: { rang: 'ringing', 'sent-media': 'early-media', answered: 'answered', ended: 'ended' },
  'early-media': { rang: 'early-media', 'sent-media': 'early-media', answered: 'answered', ended: 'ended' },
  answered: { 'was-held': 'held', 'was-resumed': 'answered', ended: 'ended' },
  held: { 'was-resumed': 'answered', 'was-held': 'held', ended: 'ended' },
  ended: {},
};

const CALL_TABLE: Table<CallState, CallEvent> = {
  arriving: { 'plan-started': 'in-dialplan', finishing: 'wrapping-up' },
  'in-dialplan': { 'rang-out': 'ringing-out', bridged: 'bridged', finishing: 'wrapping-up' },
  'ringing-out': {
    'rang-out': 'ringing-out',
    'ring-ended': 'in-dialplan',
    bridged: 'bridged',
    finishing: 'wrapping-up',
  },
  bridged: {
    unbridged: 'in-dialplan',
    bridged: 'bridged',
    'rang-out': 'bridged',
    'ring-ended': 'bridged',
    finishing: 'wrapping-up',
  },
  'wrapping-up': { closed: 'closed' },
  closed: {},
};

function move<S extends string, E extends string>(table: Table<S, E>, state: S, event: E): Moved<S> {
  const next = table[state][event];
  return next === undefined
    ? { kind: 'ignored', why: `${event} in state ${state}` }
    : { kind: 'moved', state: next };
}

export function moveLeg(state: LegState, event: LegEvent): Moved<LegState> {
  return move(LEG_TABLE, state, event);
}

export function moveCall(state: CallState, event: CallEvent): Moved<CallState> {
  return move(CALL_TABLE, state, event);
}
