/**
 * Keys of an operator during a talk: `*1` target, `*2` not target, `*3` later, `*4` later at a time that is spoken now,
 * `*7` pause the recording (and go on), `*0` blacklist. A policy or a plan may map them otherwise, or to a step. Pure; called by bridge.ts.
 */
import { z } from 'zod';
import { CALL_MARKS } from '../calls/call.js';
import type { Instant } from '../values/ids.js';
import type { LegRef } from './directives.js';

/** `none` takes a key away. */
export const LIVE_ACTIONS = [...CALL_MARKS, 'speak-time', 'pause-recording', 'none'] as const;
export type LiveAction = (typeof LIVE_ACTIONS)[number];

const keys = z.string().regex(/^[0-9*#]{1,6}$/, 'use 1 to 6 of the keys 0-9 * #');
export const policyKeysField = z.record(keys, z.enum(LIVE_ACTIONS));
export const liveKeysField = z
  .record(keys, z.union([z.enum(LIVE_ACTIONS), z.strictObject({ step: z.string().min(1) })]))
  .default({})
  .describe(
    'Keys of the operator during the talk, over those of the policy: target, not-target, later, speak-time, spam, blacklist, pause-recording, none, or { step: name }',
  );
export type LiveKeys = Readonly<Record<string, LiveAction | { readonly step: string }>>;

export const DEFAULT_LIVE_KEYS: LiveKeys = {
  '*1': 'target',
  '*2': 'not-target',
  '*3': 'later',
  '*4': 'speak-time',
  '*7': 'pause-recording',
  '*0': 'blacklist',
};

/** Keys of one leg that may still become a sequence. */
export interface Typed {
  readonly leg: LegRef;
  readonly keys: string;
  readonly at: Instant;
}

export interface Pressed {
  /** Undefined: nothing is under way. */
  readonly typed?: Typed;
  readonly action?: LiveKeys[string];
  /** The whole sequence, when there is an action. */
  readonly keys?: string;
}

/** A sequence whose next key takes longer than this is forgotten. */
export const MOST_GAP_MS = 3000;

/** One more key. The shortest sequence wins: a map with `*` has no use for `*1`. */
export function pressKey(map: LiveKeys, typed: Typed | undefined, key: Typed): Pressed {
  const goesOn = typed?.leg === key.leg && key.at - typed.at <= MOST_GAP_MS;
  const sequence = `${goesOn ? typed.keys : ''}${key.keys}`;
  const pressed = read(map, { ...key, keys: sequence });
  return pressed.typed === undefined && pressed.action === undefined && goesOn ? read(map, key) : pressed;
}

/** Every sequence that means something here; `none` means nothing. */
export function sequencesOf(map: LiveKeys): readonly string[] {
  return Object.entries(map).flatMap(([keys, action]) => (action === 'none' ? [] : [keys]));
}

function read(map: LiveKeys, typed: Typed): Pressed {
  const { keys: sequence } = typed;
  const action = Object.hasOwn(map, sequence) ? map[sequence] : undefined;
  if (action !== undefined) return action === 'none' ? {} : { action, keys: sequence };
  return Object.keys(map).some((known) => known.startsWith(sequence)) ? { typed } : {};
}
