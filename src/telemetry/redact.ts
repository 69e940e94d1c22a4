/**
 * What may stand in a log line. Secrets never: neither by field name nor inside a text. Phone numbers masked, unless
 * the settings say `logging.phones: clear`. Pure; log.ts passes every field and message through it.
 */

export type PhonePolicy = 'masked' | 'clear';

const REDACTED = '[redacted]';
const DEEPEST = 6;

const SECRET_FIELD =
  /pass(word|wd|phrase)?$|secret|token|authori[sz]ation|cookie|ha1|api_?key|credential|private_?key/i;
/** A reference names a secret, it does not hold it: `secret_ref`, `passwordRef`. */
const REFERENCE_FIELD = /_?ref$/i;
/** Fields that hold numbers of people: there bare digits are masked too. */
const PHONE_FIELD = /phone|number|party|caller|callee|ani$|dnis|^did$|^to$|^from$|client/i;

/** `Bearer …`, the digests of SIP and HTTP, `user:secret@host`, `token=…`, `"password":"…"`. */
const SECRETS_IN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{16,}/gi, `$1 ${REDACTED}`],
  [/\b((?:response|c?nonce)=")[^"]*/gi, `$1${REDACTED}`],
  [/(\/\/[^\s:/@]+:)[^\s@/]+(?=@)/g, `$1${REDACTED}`],
  [/\b(\w*(?:secret|token|password|api_?key|signature)["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi, `$1${REDACTED}`],
];

/** `+7 (916) 123-45-67`, `+79161234567`. */
const INTERNATIONAL = /\+\d(?:[\s().-]{0,2}\d){6,14}(?!\d)/g;
/** The user part of a SIP or tel URI. */
const URI_USER = /(?<=\b(?:sips?|tel):)\d{7,15}(?!\d)/g;
/** Eleven or twelve bare digits are a number with its country; ten are seconds, thirteen milliseconds, more are ids. */
const BARE_LONG = /(?<![\w.-])\d{11,12}(?![\w-]|\.\d)/g;
const BARE = /(?<![\w.-])\d{7,15}(?![\w-])/g;

/** `+79161234567` → `+7916***4567`: at most four digits stay at each end, at least three are hidden. */
export function maskPhone(number: string): string {
  const digits = number.replaceAll(/\D/g, '');
  const kept = Math.max(0, Math.min(4, Math.floor((digits.length - 3) / 2)));
  const end = kept === 0 ? '' : digits.slice(-kept);
  return `${number.startsWith('+') ? '+' : ''}${digits.slice(0, kept)}***${end}`;
}

export function cleanText(text: string, phones: PhonePolicy): string {
  const safe = SECRETS_IN_TEXT.reduce(
    (rest, [pattern, replacement]) => rest.replace(pattern, replacement),
    text,
  );
  if (phones === 'clear') return safe;
  return [INTERNATIONAL, URI_USER, BARE_LONG].reduce(
    (rest, pattern) => rest.replace(pattern, maskPhone),
    safe,
  );
}

/** Field names in snake_case, values made safe, at any depth; what lies deeper than six levels is cut. */
export function cleanFields(
  fields: Readonly<Record<string, unknown>>,
  phones: PhonePolicy,
): Record<string, unknown> {
  return cleanObject(fields, { phones, depth: 0 });
}

interface Place {
  readonly phones: PhonePolicy;
  readonly depth: number;
}

function cleanObject(fields: object, place: Place): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [snakeCase(name), cleanField(name, value, place)]),
  );
}

function cleanField(name: string, value: unknown, place: Place): unknown {
  if (value === undefined || value === null) return value;
  if (SECRET_FIELD.test(name) && !REFERENCE_FIELD.test(name)) return REDACTED;
  const isPhone = place.phones === 'masked' && PHONE_FIELD.test(name) && typeof value === 'string';
  return isPhone ? cleanText(value, place.phones).replace(BARE, maskPhone) : cleanValue(value, place);
}

function cleanValue(value: unknown, { phones, depth }: Place): unknown {
  if (typeof value === 'string') return cleanText(value, phones);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  if (depth >= DEEPEST) return '[deeper]';
  const below = { phones, depth: depth + 1 };
  if (value instanceof Error) return cleanError(value, below);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, below));
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  return cleanObject(value, below);
}

/** Name, code, text, stack and cause: what a person needs to find the place. */
function cleanError(error: Error, place: Place): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return {
    name,
    ...code,
    message: cleanText(message, place.phones),
    ...(stack === undefined ? {} : { stack: cleanText(stack, place.phones) }),
    ...(cause === undefined ? {} : { cause: cleanValue(cause, place) }),
  };
}

/** `callId` → `call_id`: one spelling to search for, whoever logs. */
function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
