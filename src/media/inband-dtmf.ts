/**
 * Digits in the audio itself (ITU-T Q.23, Q.24), for carriers without RFC 4733: a Goertzel filter for each of the eight
 * tones over blocks of 102 samples, with the tests of libteletone. A digit is told when it ends, with its length. Called
 * by the engine's start_dtmf.
 */
import type { Frame } from './frame.js';

const ROWS = [697, 770, 852, 941] as const;
const COLUMNS = [1209, 1336, 1477, 1633] as const;
const KEYS = '123A456B789C*0#D';
/** 12.75 ms: tells the tones apart, and two blocks fit into the shortest digit of Q.24 (40 ms). */
const BLOCK = 102;
/** Energy of a filter: below is noise (about -36 dBm0). */
const THRESHOLD = 8e7;
/** A column may be 4 dB stronger than its row, a row 8 dB stronger than its column. */
const REVERSE_TWIST = 2.5;
const NORMAL_TWIST = 6.3;
/** Any other tone of the group is 8 dB weaker, or it is speech. */
const RELATIVE_PEAK = 6.3;
/** Both tones together hold most of the block's energy. */
const SHARE = 42;
/** Voices have second harmonics, keypads have not. */
const HARMONIC_ROW = 2.5;
const HARMONIC_COLUMN = 63.1;
/** Energy of a 20 ms frame in which nobody presses a key; two of them end a digit. */
const SILENT_FRAME = 1e7;
const SILENT_FRAMES = 2;

export type ReportDigit = (digit: string, durationSamples: number) => void;

interface Press {
  readonly digit: string;
  samples: number;
  silentFrames: number;
}

export class InbandDtmf {
  readonly #report: ReportDigit;
  readonly #block = new Float64Array(BLOCK);
  #filled = 0;
  #before = '';
  #last = '';
  #press: Press | undefined;

  constructor(report: ReportDigit) {
    this.#report = report;
  }

  /** Once every 20 ms. */
  take(frame: Frame): void {
    if (this.#press) this.#follow(this.#press, frame);
    else for (const sample of frame) this.#sample(sample, frame.length);
  }

  #sample(sample: number, frameLength: number): void {
    if (this.#press) return;
    this.#block[this.#filled] = sample;
    this.#filled += 1;
    if (this.#filled < BLOCK) return;
    this.#filled = 0;
    const heard = keyOf(this.#block);
    // Twice the same after something else: a wobbly start of a digit does not count twice.
    if (heard !== '' && heard === this.#last && heard !== this.#before)
      this.#press = { digit: heard, samples: 2 * BLOCK - frameLength, silentFrames: 0 };
    this.#before = this.#last;
    this.#last = heard;
  }

  #follow(press: Press, frame: Frame): void {
    press.silentFrames = energyOf(frame) < SILENT_FRAME ? press.silentFrames + 1 : 0;
    press.samples += frame.length;
    if (press.silentFrames < SILENT_FRAMES) return;
    this.#press = undefined;
    this.#before = '';
    this.#last = '';
    this.#report(press.digit, Math.max(BLOCK, press.samples - (SILENT_FRAMES - 1) * frame.length));
  }
}

/** '' when it is no digit. */
function keyOf(block: Float64Array): string {
  const rows = ROWS.map((frequency) => toneEnergy(block, frequency));
  const columns = COLUMNS.map((frequency) => toneEnergy(block, frequency));
  const [row, column] = [strongest(rows), strongest(columns)];
  const [rowEnergy = 0, columnEnergy = 0] = [rows[row], columns[column]];
  const isDigit =
    hasLevels(rowEnergy, columnEnergy) &&
    standsOut(rows, row) &&
    standsOut(columns, column) &&
    rowEnergy + columnEnergy > SHARE * energyOf(block) &&
    harmonicOf(block, ROWS[row]) * HARMONIC_ROW < rowEnergy &&
    harmonicOf(block, COLUMNS[column]) * HARMONIC_COLUMN < columnEnergy;
  return isDigit ? KEYS.charAt(4 * row + column) : '';
}

function harmonicOf(block: Float64Array, frequency = 0): number {
  return toneEnergy(block, 2 * frequency);
}

function hasLevels(row: number, column: number): boolean {
  return (
    row >= THRESHOLD && column >= THRESHOLD && column < row * REVERSE_TWIST && column * NORMAL_TWIST > row
  );
}

function standsOut(energies: readonly number[], best: number): boolean {
  return energies.every((energy, index) => index === best || energy * RELATIVE_PEAK <= (energies[best] ?? 0));
}

function strongest(energies: readonly number[]): number {
  return energies.indexOf(Math.max(...energies));
}

function toneEnergy(block: Float64Array, frequency: number): number {
  const feedback = 2 * Math.cos((2 * Math.PI * frequency) / 8000);
  let [last, beforeLast] = [0, 0];
  for (const sample of block) [last, beforeLast] = [sample + feedback * last - beforeLast, last];
  return last * last + beforeLast * beforeLast - feedback * last * beforeLast;
}

function energyOf(samples: ArrayLike<number>): number {
  let energy = 0;
  for (let index = 0; index < samples.length; index += 1) energy += (samples[index] ?? 0) ** 2;
  return energy;
}
