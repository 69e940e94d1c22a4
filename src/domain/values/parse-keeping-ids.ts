/** JSON whose long numbers stay exact: 19-digit ids of a stored push become strings. Called by whoever reads what was pushed. */

/** A whole string literal, or a number. Strings are matched first, so digits inside them are never touched. */
const LITERALS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Every integer of 15 digits is exact as a number. */
const EXACT_DIGITS = 15;

/** Undefined when the text is no JSON. */
export function parseKeepingIds(text: string): unknown {
  const quoted = text.replaceAll(LITERALS, (literal) => (isLongInteger(literal) ? `"${literal}"` : literal));
  try {
    return JSON.parse(quoted);
  } catch {
    return undefined;
  }
}

function isLongInteger(literal: string): boolean {
  return /^-?\d+$/.test(literal) && literal.length > EXACT_DIGITS;
}
