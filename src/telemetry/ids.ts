/**
 * Ids of everything that is stored: 26 characters of Crockford's base32 (lower case), 48 bits of time, then 80 bits of
 * chance, as in ULID. Inside one millisecond the chance part counts up, so ids of one process sort as they were made.
 */
import type { Clock, Ids } from '../app/ports/ports.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_DIGITS = 10;
const CHANCE_DIGITS = 16;
const CHANCE_BYTES = 10;

export interface IdsOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly randomBytes: (count: number) => Uint8Array;
}

export function createIds({ clock, randomBytes }: IdsOptions): Ids {
  let lastAt = -1;
  let chance: number[] = [];
  return {
    next() {
      // A clock set back keeps the last time, so that order holds.
      const at = Math.max(Math.floor(clock.now()), lastAt);
      chance = at > lastAt ? freshDigits(randomBytes(CHANCE_BYTES)) : nextDigits(chance);
      lastAt = at;
      return timeText(at) + chance.map((digit) => ALPHABET[digit]).join('');
    },
  };
}

function timeText(at: number): string {
  let text = '';
  let left = at;
  for (let digit = 0; digit < TIME_DIGITS; digit += 1) {
    text = `${ALPHABET[left % 32] ?? ''}${text}`;
    left = Math.floor(left / 32);
  }
  return text;
}

/** Five bits a digit. The first is kept below half, which leaves 2⁷⁹ steps for ids of the same millisecond. */
function freshDigits(bytes: Uint8Array): number[] {
  const bits = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const digits = Array.from({ length: CHANCE_DIGITS }, (_, i) => Number((bits >> BigInt(5 * i)) & 31n));
  return digits.map((digit, place) => (place === 0 ? digit & 15 : digit));
}

/** Adds one, with carry from the right. */
function nextDigits(digits: readonly number[]): number[] {
  const next = [...digits];
  for (let place = next.length - 1; place >= 0; place -= 1) {
    const digit = ((next[place] ?? 0) + 1) % 32;
    next[place] = digit;
    if (digit !== 0) break;
  }
  return next;
}
