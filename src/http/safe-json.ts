/** JSON with numbers of 16 digits and more kept as text: TikTok writes 19-digit ids unquoted, JSON.parse rounds them. */
import { isSafeNumber, parse } from 'lossless-json';
import { Fault, messageOf } from '../errors.js';

function parseNumber(text: string): number | string {
  return isSafeNumber(text) ? Number(text) : text;
}

/** Throws Fault `body-malformed`. */
export function parseSafeJson(text: string): unknown {
  try {
    return parse(text, undefined, parseNumber);
  } catch (error) {
    throw new Fault('body-malformed', `the body is not JSON: ${messageOf(error)}`);
  }
}
