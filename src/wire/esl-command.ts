/**
 * FreeSWITCH event-socket commands as the server reads them: a command line, optional header lines, a blank line, and
 * for `sendmsg`/`sendevent` a body of Content-Length bytes. Used by engine/freeswitch. Pure and bounded: a peer that
 * never ends its command is reported instead of buffered for ever.
 */
import { Buffer } from 'node:buffer';
import { readEslHeaders } from './esl-frame.js';

export interface EslCommand {
  /** First line, e.g. `api uuid_kill 1234`. */
  readonly line: string;
  /** First word of the line. */
  readonly verb: string;
  /** The line after the first word, trimmed at its start only: applications may end in a space. */
  readonly rest: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type EslCommandResult =
  { readonly kind: 'commands'; readonly commands: readonly EslCommand[] } | { readonly kind: 'too-large' };

const MAX_COMMAND_BYTES = 1_048_576;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export class EslCommandReader {
  #pending: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): EslCommandResult {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const commands: EslCommand[] = [];
    for (let command = this.#take(); command !== undefined; command = this.#take()) commands.push(command);
    return this.#pending.length > MAX_COMMAND_BYTES ? { kind: 'too-large' } : { kind: 'commands', commands };
  }

  #take(): EslCommand | undefined {
    this.#skipBlankLines();
    const head = endOfHead(this.#pending);
    if (head === undefined) return undefined;
    const [line = '', ...headerLines] = this.#pending.toString('utf8', 0, head.end).split(/\r?\n/);
    const headers = readEslHeaders(headerLines.join('\n'));
    const length = Math.max(
      0,
      Number.parseInt(headers['content-length'] ?? headers['Content-Length'] ?? '0', 10) || 0,
    );
    if (this.#pending.length < head.next + length) return undefined;
    const body = this.#pending.toString('utf8', head.next, head.next + length);
    this.#pending = this.#pending.subarray(head.next + length);
    return parseCommand(line, headers, body);
  }

  #skipBlankLines(): void {
    let start = 0;
    while (this.#pending[start] === LINE_FEED || this.#pending[start] === CARRIAGE_RETURN) start += 1;
    if (start > 0) this.#pending = this.#pending.subarray(start);
  }
}

/** The blank line may be `\n\n` (libraries) or `\r\n\r\n` (people on telnet). */
function endOfHead(bytes: Buffer): { readonly end: number; readonly next: number } | undefined {
  const plain = bytes.indexOf('\n\n');
  const telnet = bytes.indexOf('\r\n\r\n');
  if (telnet >= 0 && (plain < 0 || telnet < plain)) return { end: telnet, next: telnet + 4 };
  return plain < 0 ? undefined : { end: plain, next: plain + 2 };
}

function parseCommand(line: string, headers: Record<string, string>, body: string): EslCommand {
  const space = line.indexOf(' ');
  const verb = space < 0 ? line : line.slice(0, space);
  const rest = space < 0 ? '' : line.slice(space + 1).trimStart();
  return { line, verb, rest, headers, body };
}
