/**
 * Every recorded FreeSWITCH scenario, and whether the replay must be the same. `races` names what the recording shows
 * one way and FreeSWITCH's own other recordings the other way; those frames or values are not compared.
 */
import type { DigitPress } from '../support/freeswitch/replay.js';

export type Race =
  /** The CALLSTATE HANGUP of a leg whose bridge ends may miss its event socket, which closes at the same time. */
  | { readonly kind: 'callstate-hangup'; readonly conn: string }
  /** Events are handed to a connection every few ms: how they fall between its replies is chance. */
  | { readonly kind: 'events-among-replies'; readonly conn: string }
  /** The seven variables an ACK sets: FreeSWITCH sets them when the channel reads its next frame, up to 20 ms later. */
  | { readonly kind: 'ack-any-time'; readonly conn: string }
  /** The call uuid of the second leg falls back to its own just before or just after its CALLSTATE HANGUP. */
  | { readonly kind: 'call-uuid-at-hangup'; readonly conn: string };

export interface Covered {
  readonly verdict: 'same';
  readonly races?: readonly Race[];
  /** Digits whose events the recording does not show. */
  readonly digits?: readonly DigitPress[];
  readonly heartbeatSeconds?: number;
  readonly maxGapMs?: number;
  /** The recorded server had held conferences before. */
  readonly firstConferenceMember?: number;
}

export interface OutOfScope {
  readonly verdict: 'out-of-scope';
  readonly why: string;
}

const same: Covered = { verdict: 'same' };

export const COVERAGE: Readonly<Record<string, Covered | OutOfScope>> = {
  'api-errors': same,
  bgapi: same,
  'bind-digit-action': {
    verdict: 'same',
    digits: [
      { t_ms: 400, conn: 'esl-out-1', digit: '*' },
      { t_ms: 640, conn: 'esl-out-1', digit: '1' },
    ],
    races: [{ kind: 'call-uuid-at-hangup', conn: 'esl-out-2' }],
  },
  'bridge-dtmf-unbridge': same,
  'bridge-errors': same,
  'bridge-far-bye-park': { verdict: 'same', races: [{ kind: 'ack-any-time', conn: 'esl-out-2' }] },
  'bridge-far-bye': { verdict: 'same', races: [{ kind: 'call-uuid-at-hangup', conn: 'esl-out-2' }] },
  'bye-during-play': same,
  'channel-events': same,
  'conference-record': { verdict: 'same', firstConferenceMember: 5 },
  conference: { verdict: 'same', firstConferenceMember: 7 },
  'connect-bad-password': same,
  'connect-caller': same,
  'connect-good': same,
  'connect-idle-and-unknown': same,
  'connect-missing-profile': same,
  'dtmf-events': same,
  'eavesdrop-kill': {
    verdict: 'same',
    races: [
      { kind: 'callstate-hangup', conn: 'esl-out-1' },
      { kind: 'call-uuid-at-hangup', conn: 'esl-out-2' },
    ],
  },
  eavesdrop: {
    verdict: 'same',
    races: [
      { kind: 'callstate-hangup', conn: 'esl-out-1' },
      { kind: 'call-uuid-at-hangup', conn: 'esl-out-2' },
    ],
  },
  'endpoint-3pcc': {
    verdict: 'out-of-scope',
    why: 'the recorded profile offers SRTP of other suites, DTLS and Opus, which this server does not; 3pcc itself is tested with fsmrf',
  },
  'endpoint-codec-mismatch': same,
  'endpoint-modify': {
    verdict: 'same',
    races: [
      { kind: 'events-among-replies', conn: 'esl-out-1' },
      { kind: 'ack-any-time', conn: 'esl-out-1' },
    ],
  },
  'endpoint-sdp': same,
  'execute-unknown-app': {
    verdict: 'same',
    races: [
      { kind: 'ack-any-time', conn: 'esl-out-1' },
      { kind: 'ack-any-time', conn: 'esl-in-2' },
    ],
  },
  heartbeat: { verdict: 'same', heartbeatSeconds: 2, maxGapMs: 1500 },
  'kill-during-play': same,
  mute: same,
  'outbound-close': same,
  'play-list': same,
  'play-missing-file': same,
  'play-timeout': { verdict: 'same', races: [{ kind: 'ack-any-time', conn: 'esl-out-1' }] },
  'play-uuid-break': same,
  play: same,
  'playcollect-invalid': same,
  'playcollect-rfc2833': same,
  'playcollect-timeout': same,
  'record-api-mask-hangup': same,
  'record-blocking': same,
  'record-session-stereo': same,
  'record-unwritable': same,
  say: same,
  'uuid-broadcast': {
    verdict: 'same',
    races: [
      { kind: 'callstate-hangup', conn: 'esl-out-1' },
      { kind: 'call-uuid-at-hangup', conn: 'esl-out-2' },
    ],
  },
  'uuid-dump-vars': same,
};
