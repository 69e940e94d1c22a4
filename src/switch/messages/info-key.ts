/** Keys in SIP INFO bodies, as phones send them: application/dtmf-relay (`Signal=5`, `Duration=160`) and application/dtmf. */

export interface InfoKey {
  readonly digit: string;
  readonly durationMs: number;
}

/** What is sent: the form that most gateways read. */
export const KEY_TYPE = 'application/dtmf-relay';

export function infoKeyBody(digit: string, durationMs: number): string {
  return `Signal=${digit}\r\nDuration=${durationMs}\r\n`;
}

const DEFAULT_MS = 160;
/** Some phones send event numbers instead of signs (RFC 4733 §3.2). */
const BY_NUMBER: Readonly<Record<string, string>> = {
  '10': '*',
  '11': '#',
  '12': 'A',
  '13': 'B',
  '14': 'C',
  '15': 'D',
};

export function parseInfoKey(contentType: string, body: string): InfoKey | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/dtmf') return keyOf(body.trim(), undefined);
  if (type !== 'application/dtmf-relay') return undefined;
  const signal = /^\s*Signal\s*=\s*(\S+)/im.exec(body)?.[1];
  const duration = /^\s*Duration\s*=\s*(\d{1,5})/im.exec(body)?.[1];
  return keyOf(signal ?? '', duration);
}

function keyOf(signal: string, duration: string | undefined): InfoKey | undefined {
  const digit = (BY_NUMBER[signal] ?? signal).toUpperCase();
  if (!/^[0-9A-D*#]$/.test(digit)) return undefined;
  return { digit, durationMs: duration === undefined ? DEFAULT_MS : Number(duration) };
}
