/** play_and_get_digits: prompt, collect, check, try again (switch_play_and_get_digits). */
import { words } from '../api/answers.js';
import type { Channel } from '../channel/channel.js';
import type { Digit } from '../channel/digit-queue.js';
import { compilePattern } from '../channel/pattern.js';
import { serve } from '../channel/serve.js';
import { playList } from './playback.js';

interface Request {
  readonly min: number;
  readonly max: number;
  readonly tries: number;
  /** Until the first digit, ms. */
  readonly timeout: number;
  readonly terminators: string;
  readonly prompt: string;
  readonly invalidPrompt: string;
  readonly variable: string;
  readonly pattern: RegExp | undefined;
  /** Between digits, ms. */
  readonly digitTimeout: number;
}

interface Collected {
  readonly digits: string;
  readonly terminator: string | undefined;
  readonly ending: 'complete' | 'timeout' | 'hung-up';
}

const MIN_TIMEOUT_MS = 1000;

export async function playAndGetDigits(channel: Channel, argument: string): Promise<void> {
  const request = readRequest(argument);
  if (request === undefined) return;
  channel.variables.setAll({
    [request.variable]: undefined,
    [`${request.variable}_invalid`]: undefined,
    read_result: undefined,
    read_terminator_used: undefined,
  });
  for (let attempt = 0; attempt < request.tries && channel.isReady; attempt += 1) {
    channel.variables.set('read_result', undefined);
    const collected = await collect(channel, request);
    if (accept(channel, request, collected) === 'accepted') return;
    await playList(channel, request.invalidPrompt, { onDigit: () => 'break' });
  }
}

function readRequest(argument: string): Request | undefined {
  const [min, max, tries, timeout, terminators, prompt, invalidPrompt, variable, pattern, digitTimeout] =
    words(argument);
  if (prompt === undefined || terminators === undefined) return undefined;
  const number = (text: string | undefined, fallback: number) => Number.parseInt(text ?? '', 10) || fallback;
  const firstTimeout = Math.max(MIN_TIMEOUT_MS, number(timeout, MIN_TIMEOUT_MS));
  return {
    min: number(min, 0),
    max: number(max, 128),
    tries: number(tries, 1),
    timeout: firstTimeout,
    terminators: terminators === 'none' ? '' : terminators,
    prompt,
    invalidPrompt: invalidPrompt ?? '',
    variable: variable ?? 'digits',
    pattern: pattern === undefined ? undefined : compilePattern(pattern),
    digitTimeout: number(digitTimeout, firstTimeout),
  };
}

async function collect(channel: Channel, request: Request): Promise<Collected> {
  let digits = '';
  let terminator: string | undefined;
  const take = ({ digit }: Digit) => {
    if (request.terminators.includes(digit)) terminator = digit;
    else digits += digit;
    return 'break' as const;
  };
  await playList(channel, request.prompt, { onDigit: take });
  const complete = () => terminator !== undefined || digits.length >= request.max;
  while (channel.isReady && !complete()) {
    const before = digits.length;
    await nextDigit(channel, before === 0 ? request.timeout : request.digitTimeout, take);
    if (digits.length === before && terminator === undefined)
      return { digits, terminator, ending: 'timeout' };
  }
  return { digits, terminator, ending: complete() ? 'complete' : 'hung-up' };
}

/** Waits for one digit, or the time-out. */
async function nextDigit(channel: Channel, timeoutMs: number, take: (digit: Digit) => void): Promise<void> {
  let state: 'waiting' | 'over' = 'waiting';
  const settle = () => {
    state = 'over';
    channel.thread.stir();
  };
  const cancel = channel.core.clock.after(timeoutMs, settle);
  await serve(channel, {
    until: () => state === 'over',
    onDigit: (digit) => {
      take(digit);
      state = 'over';
    },
  });
  cancel();
}

/** Sets the result variables. Too few digits or a mismatch: the next try. */
function accept(
  channel: Channel,
  request: Request,
  { digits, terminator, ending }: Collected,
): 'accepted' | 'refused' {
  const result = resultOf(digits, request.min, ending);
  const accepted = result === 'success' && (request.pattern?.test(digits) ?? true);
  channel.variables.set('read_terminator_used', terminator);
  channel.variables.set('read_result', result);
  channel.variables.set(accepted ? request.variable : `${request.variable}_invalid`, digits);
  return accepted ? 'accepted' : 'refused';
}

/** Enough digits before a time-out are a success; none at all are a failure. */
function resultOf(
  digits: string,
  min: number,
  ending: Collected['ending'],
): 'success' | 'timeout' | 'failure' {
  if (ending === 'hung-up') return 'failure';
  if (ending === 'timeout' && digits === '') return 'failure';
  if (digits.length >= min) return 'success';
  return ending === 'timeout' ? 'timeout' : 'failure';
}
