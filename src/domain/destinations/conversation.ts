/**
 * How a destination is told: a conversation, which asks one request after another and ends with what became of each
 * occasion. A generator, pure and synchronous: delivering, rehearsing and testing hold the same one.
 */
import type { Destination } from './destination.js';
import type { Facts, Occasion } from './occasion.js';

export interface VendorRequest {
  /** For people: what it is for. */
  readonly what: string;
  readonly method: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type VendorAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      readonly retryAfterSeconds?: number;
    }
  | { readonly kind: 'unreachable'; readonly why: string };

/** What is remembered of a subject (a call, a lead, a delivery) between conversations. */
export type Memory = Readonly<Record<string, string>>;

export interface Ask {
  readonly request: VendorRequest;
  /** What a rehearsal goes on with, in place of an answer. */
  readonly assumed: unknown;
  /** Of an answer: what must not be asked for again, stored before the conversation goes on. */
  readonly keep?: (answer: VendorAnswer) => Memory;
  /** Whose it is to remember, by their places; absent: all. */
  readonly places?: readonly number[];
}

export type Verdict =
  /** `card`: address of the client's card in the CRM. */
  | { readonly kind: 'delivered'; readonly note?: string; readonly card?: string }
  | { readonly kind: 'skipped'; readonly why: string }
  /** Nothing failed: it is looked at again, and does not count as a try. */
  | { readonly kind: 'later'; readonly why: string; readonly afterSeconds: number }
  | { readonly kind: 'retry'; readonly why: string; readonly afterSeconds?: number }
  | { readonly kind: 'dead'; readonly why: string };

/** Verdicts in the order of the occasions. */
export type Conversation = Generator<Ask, readonly Verdict[], VendorAnswer>;
export type Talk = Generator<Ask, Verdict, VendorAnswer>;

export interface Told {
  readonly occasion: Occasion;
  readonly memory: Memory;
}

/** What a conversation may use of the world: functions without effects. */
export interface Tools {
  /** Values of the destination's secret references. */
  readonly secrets: Readonly<Record<string, string>>;
  /** SHA-256 in hexadecimal. */
  readonly hash: (text: string) => string;
  /** A template text with these facts; itself when it cannot be filled. */
  readonly fill: (template: string, facts: Facts) => string;
  /** `test`: by the receiver's own way of trying, where it has one. */
  readonly mode: 'live' | 'test';
}

export interface Kind<D extends Destination = Destination> {
  /** Occasions are told together; without it one by one. */
  readonly batched?: 'yes';
  /** Secret references in use, by what they are for. */
  secretsOf(destination: D): readonly string[];
  /** Whose memory it is: what later occasions of the same call or lead go on from. */
  subjectOf(destination: D, occasion: Occasion): string;
  /** Two conversations with the same key are not held at once. Undefined: any may. */
  aloneWith?(occasion: Occasion): string | undefined;
  converse(destination: D, told: readonly Told[], tools: Tools): Conversation;
}

/** Of kinds that tell one by one. */
export function* oneByOne(
  told: readonly Told[],
  tell: (one: Told) => Talk,
): Generator<Ask, readonly Verdict[], VendorAnswer> {
  const verdicts: Verdict[] = [];
  for (const one of told) verdicts.push(yield* tell(one));
  return verdicts;
}
