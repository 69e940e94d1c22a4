/** CSeq (RFC 3261 §20.16) and RAck (RFC 3262 §7.2). */
import { isToken } from './sip-tokens.js';

export interface CSeq {
  /** Below 2³¹ (§8.1.1.5). */
  readonly number: number;
  readonly method: string;
}

export interface RAck {
  readonly rseq: number;
  readonly cseq: CSeq;
}

const LIMIT = 2 ** 31;

export function parseCSeq(value: string): CSeq | undefined {
  const [digits = '', method = '', ...rest] = value.trim().split(/\s+/);
  if (!/^\d{1,10}$/.test(digits) || !isToken(method) || rest.length > 0) return undefined;
  const number = Number(digits);
  return number < LIMIT ? { number, method } : undefined;
}

export function formatCSeq(cseq: CSeq): string {
  return `${cseq.number} ${cseq.method}`;
}

export function parseRAck(value: string): RAck | undefined {
  const match = /^\s*(\d{1,10})\s+(.*)$/s.exec(value);
  const cseq = match && parseCSeq(match[2] ?? '');
  return match && cseq ? { rseq: Number(match[1]), cseq } : undefined;
}
