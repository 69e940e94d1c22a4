/**
 * FreeSWITCH tone_stream texts (the TGML of libteletone), e.g. `v=-10;%(400,200,400,450);%(400,2000,400,450);loops=-1`
 * or `d=100;w=100;123#`. Pure; called by media/ to play tones and by the dialplan's lint to check them.
 */

export interface ToneSegment {
  readonly onMs: number;
  readonly offMs: number;
  /** Hz; sounded together. Empty: a pause of onMs + offMs. */
  readonly frequencies: readonly number[];
  /** Level of each frequency in dBm0. */
  readonly levelDbm0: number;
}

export interface ToneScript {
  readonly segments: readonly ToneSegment[];
  /** How often the whole is played; -1 = for ever. */
  readonly loops: number;
}

export type ToneScriptResult =
  { readonly ok: true; readonly script: ToneScript } | { readonly ok: false; readonly why: string };

const DEFAULT_LEVEL_DBM0 = -7;
const DEFAULT_DIGIT_MS = 250;
const DEFAULT_WAIT_MS = 50;
const MAX_FREQUENCIES = 18;
const MAX_LEVEL_DBM0 = 0;

const DTMF_ROWS: Readonly<Record<string, number>> = {
  ...{ '1': 697, '2': 697, '3': 697, A: 697 },
  ...{ '4': 770, '5': 770, '6': 770, B: 770 },
  ...{ '7': 852, '8': 852, '9': 852, C: 852 },
  ...{ '*': 941, '0': 941, '#': 941, D: 941 },
};
const DTMF_COLUMNS: Readonly<Record<string, number>> = {
  ...{ '1': 1209, '4': 1209, '7': 1209, '*': 1209 },
  ...{ '2': 1336, '5': 1336, '8': 1336, '0': 1336 },
  ...{ '3': 1477, '6': 1477, '9': 1477, '#': 1477 },
  ...{ A: 1633, B: 1633, C: 1633, D: 1633 },
};

/** Settings in force while the text is read from left to right. */
interface Reading {
  readonly segments: ToneSegment[];
  level: number;
  digitMs: number;
  waitMs: number;
  loops: number;
}

type Setting = (reading: Reading, value: number) => void;

/** `c` and `r` (channels, rate) are understood and not needed: ours is always mono, 8000 Hz. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  v: (reading, value) => (reading.level = Math.min(value, MAX_LEVEL_DBM0)),
  d: (reading, value) => (reading.digitMs = value),
  w: (reading, value) => (reading.waitMs = value),
  loops: (reading, value) => (reading.loops = value),
  L: (reading, value) => (reading.loops = value),
  l: (reading, value) => (reading.loops = value),
  c: () => undefined,
  r: () => undefined,
};

/** Reads a text with or without its `tone_stream://`. Times in ms. Never throws. */
export function parseToneStream(text: string): ToneScriptResult {
  const reading: Reading = {
    segments: [],
    level: DEFAULT_LEVEL_DBM0,
    digitMs: DEFAULT_DIGIT_MS,
    waitMs: DEFAULT_WAIT_MS,
    loops: 1,
  };
  const bare = text.replace(/^tone_stream:\/\//, '').replace(/\s+/g, '');
  for (const part of bare.split(';')) {
    const why = readPart(reading, part);
    if (why !== undefined) return { ok: false, why };
  }
  if (reading.segments.length === 0) return { ok: false, why: 'no tone in the text' };
  if (reading.segments.every((each) => each.onMs + each.offMs === 0))
    return { ok: false, why: 'no tone lasts' };
  return { ok: true, script: { segments: reading.segments, loops: reading.loops } };
}

/** Takes in one part between semicolons; the answer says what is wrong with it. */
function readPart(reading: Reading, part: string): string | undefined {
  const setting = /^([a-zA-Z]+)=(.*)$/.exec(part);
  if (setting) return readSetting(reading, setting[1] ?? '', setting[2] ?? '');
  let rest = part;
  while (rest !== '') {
    const tone = /^%\(([^)]*)\)/.exec(rest);
    const why = tone ? readTone(reading, tone[1] ?? '') : readDigit(reading, rest.charAt(0));
    if (why !== undefined) return why;
    rest = rest.slice(tone ? tone[0].length : 1);
  }
  return undefined;
}

function readSetting(reading: Reading, name: string, text: string): string | undefined {
  const apply = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  const value = numberOf(text);
  if (!apply) return `unknown setting ${name}=`;
  if (value === undefined) return `${name}= needs a number`;
  apply(reading, value);
  return undefined;
}

function readTone(reading: Reading, text: string): string | undefined {
  const numbers = text.split(',').map(numberOf);
  const known = numbers.filter((each) => each !== undefined);
  const [onMs, offMs, ...frequencies] = known;
  if (known.length < numbers.length || onMs === undefined || offMs === undefined || onMs < 0 || offMs < 0)
    return `not a tone: %(${text})`;
  if (frequencies.length > MAX_FREQUENCIES) return `more than ${MAX_FREQUENCIES} frequencies in one tone`;
  if (frequencies.some((each) => each < 0 || each >= 4000)) return `not below 4000 Hz: %(${text})`;
  reading.segments.push({
    onMs,
    offMs,
    frequencies: frequencies.filter((each) => each > 0),
    levelDbm0: reading.level,
  });
  return undefined;
}

function readDigit(reading: Reading, digit: string): string | undefined {
  const row = DTMF_ROWS[digit.toUpperCase()];
  const column = DTMF_COLUMNS[digit.toUpperCase()];
  if (row === undefined || column === undefined) return `neither a tone nor a key: ${digit}`;
  reading.segments.push({
    onMs: reading.digitMs,
    offMs: reading.waitMs,
    frequencies: [row, column],
    levelDbm0: reading.level,
  });
  return undefined;
}

function numberOf(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
