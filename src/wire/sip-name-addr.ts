/** From, To, Contact, Route and their kin: name-addr or addr-spec with parameters (RFC 3261 §20.10, §20.20, §20.39). */
import {
  endOfQuoted,
  formatParameters,
  parameterOf,
  parseParameters,
  quote,
  unquote,
  withParameter,
  type SipParameter,
} from './sip-tokens.js';

export interface NameAddr {
  /** Without quotes and escapes; absent when there is none. */
  readonly display?: string;
  readonly uri: string;
  /** Header parameters: of a bare addr-spec everything after the first `;` (§20.10). */
  readonly parameters: readonly SipParameter[];
}

export function parseNameAddr(value: string): NameAddr | undefined {
  const text = value.trim();
  const open = openingBracket(text);
  if (open < 0) return parseAddrSpec(text);
  const close = text.indexOf('>', open);
  if (close < 0 || close === open + 1) return undefined;
  const after = text.slice(close + 1).trim();
  if (after !== '' && !after.startsWith(';')) return undefined;
  const display = unquote(text.slice(0, open).trim());
  return {
    ...(display !== '' && { display }),
    uri: text.slice(open + 1, close),
    parameters: parseParameters(after),
  };
}

function openingBracket(text: string): number {
  return text.startsWith('"') ? text.indexOf('<', endOfQuoted(text, 0)) : text.indexOf('<');
}

function parseAddrSpec(text: string): NameAddr | undefined {
  const semicolon = text.indexOf(';');
  const uri = (semicolon < 0 ? text : text.slice(0, semicolon)).trimEnd();
  if (uri === '' || /[\s"<>]/.test(uri)) return undefined;
  return { uri, parameters: semicolon < 0 ? [] : parseParameters(text.slice(semicolon)) };
}

/** Always in angle brackets, so that the parameters cannot be taken for the URI's. */
export function formatNameAddr(address: NameAddr): string {
  const display = address.display === undefined ? '' : `${quote(address.display)} `;
  return `${display}<${address.uri}>${formatParameters(address.parameters)}`;
}

/** The tag of a From or To value, `undefined` when there is none. */
export function tagOf(value: string): string | undefined {
  const address = parseNameAddr(value);
  const tag = address && parameterOf(address.parameters, 'tag');
  return tag === '' ? undefined : tag;
}

/** The value with a tag, in its own spelling except for the tag. */
export function withTag(value: string, tag: string): string {
  const address = parseNameAddr(value);
  if (!address || tagOf(value) === undefined) return `${value.trim()};tag=${tag}`;
  return formatNameAddr({ ...address, parameters: withParameter(address.parameters, 'tag', tag) });
}
