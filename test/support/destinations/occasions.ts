/** Occasions and conversations for tests of destinations: answers come from a script, in the order they are asked for. */
import { createHash } from 'node:crypto';
import type { Facts, Occasion } from '../../../src/domain/destinations/occasion.js';
import { exampleOccasion } from '../../../src/domain/destinations/example.js';
import type {
  Memory,
  Tools,
  VendorAnswer,
  VendorRequest,
  Verdict,
} from '../../../src/domain/destinations/conversation.js';
import type { Destination, ToldEvent } from '../../../src/domain/destinations/destination.js';
import { converse } from '../../../src/domain/destinations/kinds/table.js';
import { destinationOf, destinationSchema } from '../../../src/settings/destination-schema.js';
import type { E164 } from '../../../src/domain/values/ids.js';

export const NOW = Date.UTC(2026, 2, 10, 9);
export const PHONE = '+79991234567' as E164;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As an admin writes it. */
export function destination(yaml: object): Destination {
  return destinationOf(destinationSchema.parse(yaml), 'there');
}

export function occasion(event: ToldEvent, change: Partial<Occasion> = {}): Occasion {
  return { ...exampleOccasion(event, 'event-1', NOW), phone: PHONE, ...change };
}

/** Names in braces only; what liquid does is tested with its own. */
function fill(template: string, facts: Facts): string {
  return template.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, name: keyof Facts) => String(facts[name] ?? ''));
}

export const answered = (body: unknown, status = 200): VendorAnswer => ({
  kind: 'answered',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export interface Held {
  readonly requests: readonly VendorRequest[];
  readonly verdicts: readonly Verdict[];
  readonly memory: Memory;
}

export interface Script {
  readonly answers?: readonly VendorAnswer[];
  readonly memory?: Memory;
  readonly secrets?: Tools['secrets'];
  readonly mode?: Tools['mode'];
}

/** Without an answer left, the assumed one. */
export function hold(to: Destination, occasions: readonly Occasion[], script: Script = {}): Held {
  const { answers = [], memory = {}, secrets = {}, mode = 'live' } = script;
  const told = occasions.map((one) => ({ occasion: one, memory }));
  const conversation = converse(to, told, { secrets, hash: sha256, fill, mode });
  const requests: VendorRequest[] = [];
  let kept: Memory = memory;
  let turn = conversation.next();
  while (turn.done !== true) {
    const { request, assumed, keep } = turn.value;
    const answer = answers[requests.length] ?? answered(assumed);
    requests.push(request);
    kept = { ...kept, ...keep?.(answer) };
    turn = conversation.next(answer);
  }
  return { requests, verdicts: turn.value, memory: kept };
}
