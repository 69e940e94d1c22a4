/** What answers of HTTP mean to a delivery, and reading their JSON. Vendors whose answers say more judge them first. */
import type { VendorAnswer, Verdict } from './conversation.js';

type Trouble = Extract<Verdict, { readonly kind: 'retry' | 'dead' }>;

/** Answers that may be others tomorrow: RFC 9110 §15.5.9, RFC 6585 §4, RFC 8470 §5.2. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
const REFUSED_ACCESS: ReadonlySet<number> = new Set([401, 403]);
const QUOTED = 200;

/** Undefined: it was taken. */
export function troubleOf(answer: VendorAnswer): Trouble | undefined {
  if (answer.kind === 'unreachable') return { kind: 'retry', why: answer.why };
  const { status, body, retryAfterSeconds } = answer;
  if (status >= 200 && status < 300) return undefined;
  const why = `status ${status}${body === '' ? '' : `: ${quoted(body)}`}`;
  if (REFUSED_ACCESS.has(status))
    return { kind: 'retry', why: `access is refused, renew the secret; ${why}` };
  if (PASSING.has(status) || status >= 500)
    return {
      kind: 'retry',
      why,
      ...(retryAfterSeconds === undefined ? {} : { afterSeconds: retryAfterSeconds }),
    };
  return { kind: 'dead', why };
}

export function quoted(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim();
  return line.length > QUOTED ? `${line.slice(0, QUOTED)}…` : line;
}

type Json = Readonly<Record<string, unknown>>;

/** Of an answer that is a JSON object; of anything else an empty one. */
export function jsonOf(answer: VendorAnswer): Json {
  if (answer.kind === 'unreachable') return {};
  try {
    return objectOf(JSON.parse(answer.body));
  } catch {
    return {};
  }
}

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An id as text: vendors write the same id as number and as text. */
export function idOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
