/**
 * Words of live supervision: whom a supervisor speaks to while he hears both parties of a talk. The keys are those of
 * FreeSWITCH's eavesdrop, so that a supervisor's own phone and the API do the same.
 */
export const SUPERVISION_MODES = ['listen', 'whisper', 'whisper-client', 'barge', 'three-way'] as const;

/**
 * `listen`: nobody hears him; `whisper`: the operator alone; `whisper-client`: the other party alone; `barge`: both;
 * `three-way`: he is one of three in a conference, which the operator may leave to him.
 */
export type SupervisionMode = (typeof SUPERVISION_MODES)[number];

/** Modes in which he is beside the talk, not in it. */
export type EarMode = Exclude<SupervisionMode, 'three-way'>;

export const KEY_OF_MODE: Readonly<Record<EarMode, string>> = {
  listen: '0',
  'whisper-client': '1',
  whisper: '2',
  barge: '3',
};

export function modeOfKey(key: string): EarMode | undefined {
  return (Object.keys(KEY_OF_MODE) as EarMode[]).find((mode) => KEY_OF_MODE[mode] === key);
}

/** In a conference of three, for one of them: not heard, or hears nobody. */
export const MEMBER_CHANGES = ['mute', 'unmute', 'deaf', 'undeaf'] as const;
export type MemberChange = (typeof MEMBER_CHANGES)[number];

export const MEMBERS = ['operator', 'client', 'supervisor'] as const;
export type ConferenceMember = (typeof MEMBERS)[number];

export type StarAction = SupervisionMode | 'take-over';

/** Brings the colleague whose extension follows into one's own talk, as a third. */
const BRING_IN = '*76';

/** What an operator may dial, followed by the extension or name of the operator whose talk is meant. */
export const STAR_CODES: Readonly<Record<string, StarAction>> = {
  '*71': 'listen',
  '*72': 'whisper',
  '*73': 'barge',
  '*74': 'take-over',
  '*75': 'three-way',
};

export interface StarCall {
  readonly action: StarAction | 'bring-in';
  /** Extension or name. */
  readonly operator: string;
}

export function parseStarCode(dialled: string): StarCall | undefined {
  const code = dialled.slice(0, 3);
  const action = code === BRING_IN ? 'bring-in' : STAR_CODES[code];
  const operator = dialled.slice(3);
  return action === undefined || operator === '' ? undefined : { action, operator };
}
