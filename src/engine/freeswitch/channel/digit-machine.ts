/**
 * bind_digit_action: sequences of digits, grouped in realms, that run an application while the caller talks or listens
 * (switch_ivr_dmachine). Digits that may still become a sequence are held; digits that cannot go on as ordinary ones.
 */
import type { Channel } from './channel.js';
import type { Digit } from './digit-queue.js';
import { compilePattern } from './pattern.js';

export interface DigitBinding {
  /** Literal digits, or a regular expression when written as `~…`. */
  readonly pattern: string;
  /** Called with the digits that matched. */
  readonly act: (digits: string) => void;
}

const DEFAULT_TIMEOUT_MS = 1500;

export class DigitMachine {
  readonly #channel: Channel;
  readonly #realms = new Map<string, Map<string, DigitBinding>>();
  #realm: string | undefined;
  #held: Digit[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** The first realm bound to becomes the active one. */
  bind(realm: string, binding: DigitBinding): void {
    const bindings = this.#realms.get(realm) ?? new Map<string, DigitBinding>();
    bindings.set(binding.pattern, binding);
    this.#realms.set(realm, bindings);
    this.#realm ??= realm;
  }

  /** `false`: there is no such realm. */
  setRealm(realm: string): boolean {
    if (!this.#realms.has(realm)) return false;
    this.#realm = realm;
    return true;
  }

  /** Forgets one realm, or all. */
  clear(realm: string): void {
    if (realm === 'all') this.#realms.clear();
    else this.#realms.delete(realm);
    this.release();
  }

  take(digit: Digit): 'held' | 'passed' {
    const bindings = this.#realm === undefined ? undefined : this.#realms.get(this.#realm);
    if (bindings === undefined) return 'passed';
    this.#held.push(digit);
    this.#settle(bindings);
    return 'held';
  }

  /** Lets held digits go on as ordinary ones and stops the timer. */
  release(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const held = this.#held;
    this.#held = [];
    for (const digit of held) this.#channel.digits.queue(digit);
  }

  #settle(bindings: ReadonlyMap<string, DigitBinding>): void {
    const digits = this.#held.map(({ digit }) => digit).join('');
    const matched = [...bindings.values()].find(({ pattern }) => matches(pattern, digits));
    const mayGrow = [...bindings.keys()].some((pattern) => pattern !== digits && pattern.startsWith(digits));
    if (matched !== undefined && !mayGrow) this.#run(matched, digits);
    else if (mayGrow) this.#wait(matched, digits);
    else this.release();
  }

  #wait(matched: DigitBinding | undefined, digits: string): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#channel.core.clock.after(DEFAULT_TIMEOUT_MS, () => {
      if (matched === undefined) this.release();
      else this.#run(matched, digits);
    });
  }

  #run(binding: DigitBinding, digits: string): void {
    this.#held = [];
    this.release();
    this.#channel.variables.set('last_matching_digits', digits);
    binding.act(digits);
  }
}

function matches(pattern: string, digits: string): boolean {
  return pattern.startsWith('~')
    ? compilePattern(`^(?:${pattern.slice(1)})$`).test(digits)
    : pattern === digits;
}
