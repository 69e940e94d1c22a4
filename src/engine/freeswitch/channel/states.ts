/**
 * The states of a channel as FreeSWITCH numbers and names them, and which may follow which. `state` is what was asked
 * for, `runningState` what the channel's thread is doing; they differ for up to one frame after a hang-up or transfer.
 *
 *   NEW → INIT → ROUTING → EXECUTE ⇄ HIBERNATE → SOFT_EXECUTE → (EXCHANGE_MEDIA) → PARK → … → HANGUP → REPORTING → DESTROY
 */
export const STATE_NUMBERS = {
  CS_NEW: 0,
  CS_INIT: 1,
  CS_ROUTING: 2,
  CS_SOFT_EXECUTE: 3,
  CS_EXECUTE: 4,
  CS_EXCHANGE_MEDIA: 5,
  CS_PARK: 6,
  CS_HIBERNATE: 8,
  CS_HANGUP: 10,
  CS_REPORTING: 11,
  CS_DESTROY: 12,
} as const;

export type ChannelState = keyof typeof STATE_NUMBERS;

/** States in which somebody may still take the channel elsewhere. */
const LIVE_TARGETS: readonly ChannelState[] = [
  'CS_ROUTING',
  'CS_EXECUTE',
  'CS_HIBERNATE',
  'CS_SOFT_EXECUTE',
  'CS_EXCHANGE_MEDIA',
  'CS_PARK',
  'CS_HANGUP',
];

const TRANSITIONS: Readonly<Record<ChannelState, readonly ChannelState[]>> = {
  CS_NEW: ['CS_INIT', 'CS_HANGUP'],
  CS_INIT: ['CS_ROUTING', 'CS_HANGUP'],
  CS_ROUTING: LIVE_TARGETS,
  CS_SOFT_EXECUTE: LIVE_TARGETS,
  CS_EXECUTE: LIVE_TARGETS,
  CS_EXCHANGE_MEDIA: LIVE_TARGETS,
  CS_PARK: LIVE_TARGETS,
  CS_HIBERNATE: LIVE_TARGETS,
  CS_HANGUP: ['CS_REPORTING'],
  CS_REPORTING: ['CS_DESTROY'],
  CS_DESTROY: [],
};

/** The new state, or the old one when the step is not allowed (a hung-up channel cannot be transferred). */
export function moveState(from: ChannelState, to: ChannelState): ChannelState {
  return TRANSITIONS[from].includes(to) ? to : from;
}

export const CALL_STATE_NUMBERS = {
  DOWN: 0,
  DIALING: 1,
  RINGING: 2,
  EARLY: 3,
  ACTIVE: 4,
  HELD: 5,
  RING_WAIT: 6,
  HANGUP: 7,
  UNHELD: 8,
} as const;

export type CallState = keyof typeof CALL_STATE_NUMBERS;

export type AnswerState = 'ringing' | 'early' | 'answered' | 'hangup';
