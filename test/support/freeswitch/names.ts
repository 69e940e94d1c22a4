/**
 * What has another name in a replay than it had in the recording: ports, uuids, SIP tags, paths. `toLive` turns recorded
 * client text into text for the server under test, `toRecorded` turns its answers back, so that both can be compared.
 */
export class Names {
  readonly #toLive = new Map<string, string>();
  readonly #toRecorded = new Map<string, string>();

  pair(recorded: string, live: string): void {
    this.#toLive.set(recorded, live);
    this.#toRecorded.set(live, recorded);
  }

  toLive(text: string): string {
    return replaceAll(text, this.#toLive);
  }

  toRecorded(text: string): string {
    return replaceAll(text, this.#toRecorded);
  }
}

/** In one pass, so that a replacement is never replaced again; a port is never found inside a longer number. */
function replaceAll(text: string, table: ReadonlyMap<string, string>): string {
  if (table.size === 0) return text;
  const keys = [...table.keys()]
    .sort((a, b) => b.length - a.length)
    .map((key) => (/^\d+$/.test(key) ? `(?<!\\d)${key}(?!\\d)` : escape(key)));
  return text.replace(new RegExp(keys.join('|'), 'g'), (found) => table.get(found) ?? found);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
