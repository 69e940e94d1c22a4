/** A ladder diagram of the SIP messages that both phones saw. */
import type { LogEntry, MessageEntry, PhoneLog } from '../../phone/phone-log.js';

interface Rung {
  readonly at: number;
  readonly side: 'left' | 'right';
  /** Towards the middle column or from it. */
  readonly towards: 'switch' | 'phone';
  readonly text: string;
}

const WIDTH = 34;
const TIME = 9;

function label({ line, message }: MessageEntry): string {
  if (message.kind === 'request') return message.method + (message.body === '' ? '' : ' (SDP)');
  const method =
    message.headers.find(({ name }) => name.toLowerCase() === 'cseq')?.value.split(/\s+/)[1] ?? '';
  return `${line.replace('SIP/2.0 ', '')} · ${method}`;
}

function rungs(log: PhoneLog, side: Rung['side']): Rung[] {
  const messages = log.entries.filter((entry: LogEntry): entry is MessageEntry => entry.kind === 'message');
  return messages.map((entry) => ({
    at: entry.at,
    side,
    towards: entry.direction === 'out' ? 'switch' : 'phone',
    text: label(entry),
  }));
}

function arrow({ side, towards, text }: Rung): string {
  const right = (side === 'left') === (towards === 'switch');
  const shaft = '─'.repeat(Math.max(1, WIDTH - 4 - text.length));
  return right ? ` ${text} ${shaft}►` : `◄${shaft} ${text} `;
}

function centred(text: string, width: number): string {
  const left = Math.max(0, Math.floor((width - text.length) / 2));
  return ' '.repeat(left) + text.padEnd(width - left);
}

/** Lines of the diagram; seconds are counted from the first message. */
export function drawLadder(
  names: { readonly left: string; readonly middle: string; readonly right: string },
  left: PhoneLog,
  right: PhoneLog,
): string[] {
  const all = [...rungs(left, 'left'), ...rungs(right, 'right')].sort((a, b) => a.at - b.at);
  const start = all[0]?.at ?? 0;
  const head = `${' '.repeat(TIME)}${names.left.padEnd(WIDTH / 2)}${centred(names.middle, WIDTH)}${names.right.padStart(WIDTH / 2)}`;
  const blank = ' '.repeat(WIDTH - 1);
  const lines = all.map((rung) => {
    const seconds = `${((rung.at - start) / 1000).toFixed(2)} s`.padStart(TIME - 1);
    const drawn = arrow(rung).padEnd(WIDTH - 1);
    return rung.side === 'left' ? `${seconds} │${drawn}│${blank}│` : `${seconds} │${blank}│${drawn}│`;
  });
  return [head, ...lines];
}
