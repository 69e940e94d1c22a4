/**
 * Words of live supervision: whom a supervisor speaks to while he hears both parties of a talk. The keys are those of
 * FreeSWITCH's eavesdrop, so that a supervisor's own phone and the API do the same.
 */
export const SUPERVISION_MODES = ['listen', 'whisper', 'whisper-client', 'barge'] as const;

/** `listen`: nobody hears him; `whisper`: the operator alone; `whisper-client`: the other party alone; `barge`: both. */
export type SupervisionMode = (typeof SUPERVISION_MODES)[number];

export const KEY_OF_MODE: Readonly<Record<SupervisionMode, string>> = {
  listen: '0',
  'whisper-client': '1',
  whisper: '2',
  barge: '3',
};

export function modeOfKey(key: string): SupervisionMode | undefined {
  return SUPERVISION_MODES.find((mode) => KEY_OF_MODE[mode] === key);
}

export type StarAction = SupervisionMode | 'take-over';

/** What an operator may dial, followed by the extension or name of the operator whose talk is meant. */
export const STAR_CODES: Readonly<Record<string, StarAction>> = {
  '*71': 'listen',
  '*72': 'whisper',
  '*73': 'barge',
  '*74': 'take-over',
};

export interface StarCall {
  readonly action: StarAction;
  /** Extension or name. */
  readonly operator: string;
}

export function parseStarCode(dialled: string): StarCall | undefined {
  const action = STAR_CODES[dialled.slice(0, 3)];
  const operator = dialled.slice(3);
  return action === undefined || operator === '' ? undefined : { action, operator };
}
