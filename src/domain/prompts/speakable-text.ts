/**
 * Text made safe for a voice. Names in a prompt come from strangers' forms: no markup, no phoneme codes of espeak,
 * no option-like beginning for a program's command line, no endless reading.
 */

/** About a minute and a half of speech. */
export const LONGEST_TEXT = 1_000;

/** One line without control characters or markup, cut at a word. Empty when nothing can be said. */
export function speakableText(text: string): string {
  const line = withoutCommands(text)
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[-\s]+/u, '')
    .trim();
  return /[\p{L}\p{N}]/u.test(line) ? cutAtWord(line) : '';
}

/** `<` and `>` would be SSML, `[[…]]` phonemes, backslashes commands of some voices. */
export function withoutCommands(text: string): string {
  return text.normalize('NFC').replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}<>[\]{}|\\^~`]/gu, ' ');
}

function cutAtWord(line: string): string {
  if (line.length <= LONGEST_TEXT) return line;
  const head = line.slice(0, LONGEST_TEXT);
  const cut = head.lastIndexOf(' ');
  return cut > 0 ? head.slice(0, cut) : head;
}
