/**
 * Small pieces of SIP grammar (RFC 3261 §25.1) shared by the codecs of this folder: tokens, lists and parameters
 * with quoted strings and angle brackets respected.
 */

export interface SipParameter {
  readonly name: string;
  /** Verbatim, quotes included; absent for a flag such as `lr`. */
  readonly value?: string;
}

const TOKEN = /^[A-Za-z0-9\-.!%*_+`'~]+$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Splits at `separator` outside quotes and angle brackets, trims, and leaves empty pieces out. */
export function splitOutside(text: string, separator: ',' | ';'): string[] {
  if (!text.includes(separator)) return text.trim() === '' ? [] : [text.trim()];
  const pieces: string[] = [];
  let from = 0;
  for (const at of separatorsOutside(text, separator)) {
    pieces.push(text.slice(from, at).trim());
    from = at + 1;
  }
  pieces.push(text.slice(from).trim());
  return pieces.filter((piece) => piece !== '');
}

function* separatorsOutside(text: string, separator: string): Generator<number> {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = endOfQuoted(text, at);
    else if (char === '<') depth += 1;
    else if (char === '>') depth = Math.max(0, depth - 1);
    else if (char === separator && depth === 0) yield at;
  }
}

/** Index of the closing quote, or the end of the text when it is missing. */
export function endOfQuoted(text: string, opening: number): number {
  for (let at = opening + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** `;a=b;c` → [{a,b},{c}]. Names keep their spelling; compare them by `parameterOf`. */
export function parseParameters(text: string): SipParameter[] {
  return splitOutside(text, ';').map(parseParameter);
}

function parseParameter(text: string): SipParameter {
  const equals = text.indexOf('=');
  if (equals < 0) return { name: text };
  return { name: text.slice(0, equals).trim(), value: text.slice(equals + 1).trim() };
}

export function formatParameters(parameters: readonly SipParameter[]): string {
  return parameters
    .map(({ name, value }) => (value === undefined ? `;${name}` : `;${name}=${value}`))
    .join('');
}

/** The value of a parameter ('' for a flag), `undefined` when it is absent. Names are case-insensitive. */
export function parameterOf(parameters: readonly SipParameter[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const found = parameters.find((parameter) => parameter.name.toLowerCase() === wanted);
  return found && (found.value ?? '');
}

/** The list with this parameter set, in place when it was there, otherwise at the end. */
export function withParameter(
  parameters: readonly SipParameter[],
  name: string,
  value: string,
): SipParameter[] {
  const wanted = name.toLowerCase();
  const isThere = parameters.some((parameter) => parameter.name.toLowerCase() === wanted);
  if (!isThere) return [...parameters, { name, value }];
  return parameters.map((parameter) =>
    parameter.name.toLowerCase() === wanted ? { name: parameter.name, value } : parameter,
  );
}

/** Text of a quoted string without its quotes and escapes; any other text as it is. */
export function unquote(text: string): string {
  if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
  return text.slice(1, -1).replace(/\\(.)/gs, '$1');
}

export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** The fields that are not `undefined`, for building values with optional fields. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
