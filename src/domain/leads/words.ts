/** Words that an admin lists and clients write: letters' case and punctuation do not count, whole words do. */

/** ` перезвоните мне ` – so that a word is found between two spaces. */
function spaced(text: string): string {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u);
  return ` ${words.filter((word) => word !== '').join(' ')} `;
}

/** One of them, or a phrase of several; `перезвон*` also stands for every ending. */
export function saysOneOf(text: string | undefined, wanted: readonly string[] = []): boolean {
  if (text === undefined || wanted.length === 0) return false;
  const said = spaced(text);
  return wanted.some((one) => {
    const word = spaced(one.replace(/\*\s*$/, ''));
    if (word.trim() === '') return false;
    return said.includes(one.trimEnd().endsWith('*') ? word.trimEnd() : word);
  });
}
