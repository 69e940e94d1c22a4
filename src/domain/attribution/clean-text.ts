/** Text that strangers chose (campaign names, page titles, addresses): bounded, and without what is not text. */

/** Longest value that is kept; a campaign name of a real advertisement has at most some hundred letters. */
export const LONGEST_VALUE = 500;
export const LONGEST_URL = 2000;

/** Control and direction-changing characters are gone, the rest stays as it is, up to a length. */
export function cleaned(text: string | undefined, longest = LONGEST_VALUE): string | undefined {
  const kept = text
    ?.slice(0, longest * 2)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '')
    .trim()
    .slice(0, longest)
    // A pair of surrogates that was cut in half is no text.
    .replace(/[\uD800-\uDBFF]$/, '');
  return kept === undefined || kept === '' ? undefined : kept;
}
