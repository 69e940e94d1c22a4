/**
 * The four transaction machines of RFC 3261 §17 with the corrections of RFC 6026, as tables: state → input → next state
 * and what to do. Timers keep the letters of RFC 3261 table 4. Run by client-transaction.ts and server-transaction.ts.
 */
import type { MoveTable } from './machine.js';

export type ClientState = 'trying' | 'proceeding' | 'accepted' | 'completed' | 'terminated';
export type ClientTimer = 'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'K' | 'M';
export type ClientInput =
  'start' | '1xx' | '2xx' | 'failure' | 'cancelled' | 'error' | 'forget' | ClientTimer;
export type ClientAction =
  | 'send'
  | 'ack-failure'
  | 'tell-provisional'
  | 'tell-final'
  | 'tell-2xx-again'
  | 'tell-timeout'
  | 'tell-error'
  | 'end'
  | `start-${ClientTimer}`;

export type ServerState =
  'trying' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'acknowledged' | 'terminated';
export type ServerTimer = 'G' | 'H' | 'I' | 'J' | 'L' | 'abandon';
export type ServerInput =
  'start' | 'repeat' | '1xx' | '2xx' | 'failure' | 'ack' | 'acknowledged' | 'error' | 'forget' | ServerTimer;
export type ServerAction = 'send' | 'tell-ack-timeout' | 'tell-error' | 'end' | `start-${ServerTimer}`;

const FORGET = { forget: { to: 'terminated', does: ['end'] } } as const;
const CLIENT_ERROR = { to: 'terminated', does: ['tell-error', 'end'] } as const;
const SERVER_ERROR = { to: 'terminated', does: ['tell-error', 'end'] } as const;

/** Figure 5 and RFC 6026 §8.4; `trying` is the figure's "calling". C here is the wait after a CANCEL (§9.1). */
export const INVITE_CLIENT: MoveTable<ClientState, ClientInput, ClientAction> = {
  trying: {
    start: { to: 'trying', does: ['send', 'start-A', 'start-B'] },
    A: { to: 'trying', does: ['send', 'start-A'] },
    B: { to: 'terminated', does: ['tell-timeout', 'end'] },
    '1xx': { to: 'proceeding', does: ['tell-provisional'] },
    '2xx': { to: 'accepted', does: ['start-M', 'tell-final'] },
    failure: { to: 'completed', does: ['ack-failure', 'start-D', 'tell-final'] },
    error: CLIENT_ERROR,
    ...FORGET,
  },
  proceeding: {
    '1xx': { to: 'proceeding', does: ['tell-provisional'] },
    '2xx': { to: 'accepted', does: ['start-M', 'tell-final'] },
    failure: { to: 'completed', does: ['ack-failure', 'start-D', 'tell-final'] },
    cancelled: { to: 'proceeding', does: ['start-C'] },
    C: { to: 'terminated', does: ['tell-timeout', 'end'] },
    error: CLIENT_ERROR,
    ...FORGET,
  },
  accepted: {
    '2xx': { to: 'accepted', does: ['tell-2xx-again'] },
    M: { to: 'terminated', does: ['end'] },
    ...FORGET,
  },
  completed: {
    failure: { to: 'completed', does: ['ack-failure'] },
    D: { to: 'terminated', does: ['end'] },
    ...FORGET,
  },
  terminated: {},
};

/** Figure 6. Timer E slows down to T2 once a 1xx came. */
export const NON_INVITE_CLIENT: MoveTable<ClientState, ClientInput, ClientAction> = {
  trying: {
    start: { to: 'trying', does: ['send', 'start-E', 'start-F'] },
    E: { to: 'trying', does: ['send', 'start-E'] },
    F: { to: 'terminated', does: ['tell-timeout', 'end'] },
    '1xx': { to: 'proceeding', does: ['tell-provisional'] },
    '2xx': { to: 'completed', does: ['start-K', 'tell-final'] },
    failure: { to: 'completed', does: ['start-K', 'tell-final'] },
    error: CLIENT_ERROR,
    ...FORGET,
  },
  proceeding: {
    E: { to: 'proceeding', does: ['send', 'start-E'] },
    F: { to: 'terminated', does: ['tell-timeout', 'end'] },
    '1xx': { to: 'proceeding', does: ['tell-provisional'] },
    '2xx': { to: 'completed', does: ['start-K', 'tell-final'] },
    failure: { to: 'completed', does: ['start-K', 'tell-final'] },
    error: CLIENT_ERROR,
    ...FORGET,
  },
  completed: { K: { to: 'terminated', does: ['end'] }, ...FORGET },
  accepted: {},
  terminated: {},
};

/**
 * Figure 7 and RFC 6026 §8.5–8.7. In `accepted` the 2xx is repeated for its owner (§13.3.1.4) until `acknowledged`, and
 * for an INVITE that comes again, whose sender has not heard it: RFC 6026 would be silent, sofia-sip is not (incoming_recv).
 */
export const INVITE_SERVER: MoveTable<ServerState, ServerInput, ServerAction> = {
  trying: {},
  proceeding: {
    repeat: { to: 'proceeding', does: ['send'] },
    '1xx': { to: 'proceeding', does: ['send'] },
    '2xx': { to: 'accepted', does: ['send', 'start-G', 'start-L'] },
    failure: { to: 'completed', does: ['send', 'start-G', 'start-H'] },
    error: SERVER_ERROR,
    ...FORGET,
  },
  accepted: {
    repeat: { to: 'accepted', does: ['send'] },
    '2xx': { to: 'accepted', does: ['send'] },
    G: { to: 'accepted', does: ['send', 'start-G'] },
    L: { to: 'terminated', does: ['tell-ack-timeout', 'end'] },
    acknowledged: { to: 'acknowledged', does: [] },
    error: SERVER_ERROR,
    ...FORGET,
  },
  acknowledged: { L: { to: 'terminated', does: ['end'] }, ...FORGET },
  completed: {
    repeat: { to: 'completed', does: ['send'] },
    G: { to: 'completed', does: ['send', 'start-G'] },
    H: { to: 'terminated', does: ['tell-ack-timeout', 'end'] },
    ack: { to: 'confirmed', does: ['start-I'] },
    error: SERVER_ERROR,
    ...FORGET,
  },
  confirmed: { I: { to: 'terminated', does: ['end'] }, ...FORGET },
  terminated: {},
};

/** Figure 8. `abandon` frees a request that nobody answered, when its sender has given up too (timer F there). */
export const NON_INVITE_SERVER: MoveTable<ServerState, ServerInput, ServerAction> = {
  trying: {
    start: { to: 'trying', does: ['start-abandon'] },
    '1xx': { to: 'proceeding', does: ['send'] },
    '2xx': { to: 'completed', does: ['send', 'start-J'] },
    failure: { to: 'completed', does: ['send', 'start-J'] },
    abandon: { to: 'terminated', does: ['end'] },
    ...FORGET,
  },
  proceeding: {
    repeat: { to: 'proceeding', does: ['send'] },
    '1xx': { to: 'proceeding', does: ['send'] },
    '2xx': { to: 'completed', does: ['send', 'start-J'] },
    failure: { to: 'completed', does: ['send', 'start-J'] },
    abandon: { to: 'terminated', does: ['end'] },
    error: SERVER_ERROR,
    ...FORGET,
  },
  completed: {
    repeat: { to: 'completed', does: ['send'] },
    J: { to: 'terminated', does: ['end'] },
    error: SERVER_ERROR,
    ...FORGET,
  },
  accepted: {},
  acknowledged: {},
  confirmed: {},
  terminated: {},
};
