/**
 * Playing prompts: `playback` with file lists, offsets, tones and silence, and the one-prompt loop that
 * play_and_get_digits shares (switch_ivr_play_file).
 */
import type { Playback, Source } from '../../../media/api.js';
import type { Channel } from '../channel/channel.js';
import type { Digit } from '../channel/digit-queue.js';
import { serve, serveFor } from '../channel/serve.js';
import { soundPath } from './sound-path.js';

export type PromptEnd = 'played' | 'broken' | 'not-found' | 'error';

export interface PromptOptions {
  /** Returns `break` to end the prompt. */
  readonly onDigit: (digit: Digit) => 'break' | 'go-on';
}

/** `playback_sleep_val`: silence between the files of a list. */
const LIST_PAUSE_MS = 250;
/** FreeSWITCH reads files in blocks of this many samples and reports what it has read, not what it has played. */
const READ_AHEAD_SAMPLES = 16_384;
const SAMPLES_PER_MS = 8;

const RESPONSES: Readonly<Record<PromptEnd, string>> = {
  played: 'FILE PLAYED',
  broken: 'FILE PLAYED',
  'not-found': 'FILE NOT FOUND',
  error: 'PLAYBACK ERROR',
};

export async function playback(channel: Channel, argument: string): Promise<void> {
  const end = await playList(channel, argument, { onDigit: (digit) => terminator(channel, digit) });
  channel.variables.set('current_application_response', RESPONSES[end]);
}

/** `playback_terminators`: `*` unless set, `none`, `any`, or the digits themselves. */
function terminator(channel: Channel, { digit }: Digit): 'break' | 'go-on' {
  const set = channel.variables.get('playback_terminators') ?? '*';
  const ends = set === 'any' || (set !== 'none' && set.includes(digit));
  if (ends) channel.variables.set('playback_terminator_used', digit);
  return ends ? 'break' : 'go-on';
}

export async function playList(channel: Channel, text: string, options: PromptOptions): Promise<PromptEnd> {
  const delimiter = channel.variables.get('playback_delimiter');
  const prompts = delimiter === undefined ? [text] : text.split(delimiter);
  let end: PromptEnd = 'not-found';
  for (const [index, prompt] of prompts.entries()) {
    // A key pressed between two files counts like one pressed in them.
    if (index > 0 && (await serveFor(channel, LIST_PAUSE_MS, options.onDigit)) === 'broken') return 'broken';
    if (!channel.isReady) return 'error';
    end = await playPrompt(channel, prompt, options);
    if (end === 'broken' || end === 'error') return end;
  }
  return end;
}

async function playPrompt(channel: Channel, text: string, options: PromptOptions): Promise<PromptEnd> {
  const prompt = readPrompt(channel, text);
  const playing = channel.port?.play(prompt.source);
  const started = await playing?.started;
  if (playing === undefined || started?.ok !== true) return 'not-found';
  channel.fireWithVariables('PLAYBACK_START', 'playbackStart', prompt.headers);
  const end = await listen(channel, playing, options);
  reportPosition(channel, prompt, playing, started.totalSamples);
  channel.fireWithVariables('PLAYBACK_STOP', 'playbackStop', {
    ...prompt.headers,
    'Playback-Status': end === 'broken' ? 'break' : 'done',
  });
  return end;
}

async function listen(channel: Channel, playing: Playback, options: PromptOptions): Promise<PromptEnd> {
  let state: 'playing' | 'ended' | 'broken' = 'playing';
  void playing.ended.then(() => {
    if (state === 'playing') state = 'ended';
    channel.thread.stir();
  });
  const current = () => (channel.breakRequest === 'break' ? 'broken' : state);
  await serve(channel, {
    until: () => current() !== 'playing',
    onDigit: (digit) => {
      if (options.onDigit(digit) === 'break') state = 'broken';
    },
  });
  const outcome = current();
  channel.breakRequest = 'none';
  playing.stop();
  await playing.ended;
  if (outcome === 'broken') return 'broken';
  return channel.hangupOrigin === 'signal' ? 'error' : 'played';
}

interface Prompt {
  readonly source: Source;
  readonly firstSample: number;
  /** What the playback events say of it. */
  readonly headers: Record<string, string>;
}

/** What a path stands for; also displaced audio reads it so. */
export function readPrompt(channel: Channel, text: string): Prompt {
  if (text.startsWith('tone_stream://')) {
    return {
      source: { kind: 'tone', spec: text.slice('tone_stream://'.length) },
      firstSample: 0,
      headers: { 'Playback-File-Type': 'tone_stream', 'Playback-File-Path': text },
    };
  }
  if (text.startsWith('silence_stream://')) {
    return {
      source: { kind: 'silence', ms: Number.parseInt(text.slice('silence_stream://'.length), 10) || 0 },
      firstSample: 0,
      headers: { 'Playback-File-Path': text },
    };
  }
  const [path = '', offset = '0'] = text.split('@@');
  const firstSample = Number.parseInt(offset, 10) || 0;
  return {
    source: { kind: 'file', path: soundPath(channel.core, path), fromSample: firstSample },
    firstSample,
    headers: { 'Playback-File-Path': path },
  };
}

/** The true position, and the amount read ahead of it, as FreeSWITCH tells both. */
function reportPosition(
  channel: Channel,
  prompt: Prompt,
  playing: Playback,
  totalSamples: number | undefined,
): void {
  const played = playing.positionSamples;
  const total = (totalSamples ?? Number.POSITIVE_INFINITY) - prompt.firstSample;
  const ahead = (Math.floor((played - prompt.firstSample) / READ_AHEAD_SAMPLES) + 1) * READ_AHEAD_SAMPLES;
  const read = Math.max(0, Math.min(total, ahead));
  // A tone's generator counts bytes where files count samples.
  const offset = prompt.source.kind === 'tone' ? played * 2 : played;
  channel.variables.setAll({
    playback_last_offset_pos: String(offset),
    playback_seconds: String(Math.floor(read / SAMPLES_PER_MS / 1000)),
    playback_ms: String(Math.floor(read / SAMPLES_PER_MS)),
    playback_samples: String(read),
  });
}
