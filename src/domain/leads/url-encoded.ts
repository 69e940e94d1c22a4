/** `application/x-www-form-urlencoded`, read without a URL library: the domain knows none. */

/** Names and values in their order. What is no valid escape stays as it was written. */
export function pairsOf(text: string): readonly (readonly [string, string])[] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      return [decoded(name), decoded(value)] as const;
    });
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
