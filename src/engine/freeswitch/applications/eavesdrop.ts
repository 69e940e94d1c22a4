/**
 * eavesdrop: hear both sides of another leg, and speak into them by digit: 2 the leg, 1 its peer, 3 both, 0 none, * ends
 * (switch_ivr_async.c: 1 mixes into what is read from the leg, which its peer hears, 2 into what is written to it).
 * While it listens the channel takes no other commands, not even hangup (seen on FreeSWITCH): only uuid_kill, a BYE or
 * the end of the watched leg free it.
 */
import type { Channel } from '../channel/channel.js';
import type { Digit } from '../channel/digit-queue.js';
import type { WhisperTo } from '../../../media/api.js';

type Eavesdropping = ReturnType<NonNullable<Channel['port']>['eavesdrop']>;

const LEAVE_KEY = '*';
const WHISPER_KEYS: Readonly<Record<string, WhisperTo>> = {
  0: 'none',
  1: 'peer',
  2: 'target',
  3: 'both',
};

export async function eavesdrop(channel: Channel, argument: string): Promise<void> {
  const watched = channel.core.channels.get(argument.trim());
  if (watched?.port === undefined || channel.port === undefined || watched === channel) return;
  const listening = channel.port.eavesdrop(watched.port, { whisperTo: firstTarget(channel) });
  channel.readCodecName = 'L16';
  channel.variables.set('last_sent_callee_id_name', watched.profile.callerIdName);
  const cancelWatch = onEnd(watched, () => {
    channel.thread.stir();
  });
  let state: 'listening' | 'left' = 'listening';
  const onDigit = (digit: Digit) => {
    if (digit.digit === LEAVE_KEY) state = 'left';
    else whisper(listening, digit);
  };
  while (channel.isReady && watched.isUp && isListening()) {
    await channel.thread.frame();
    runSignals(channel);
    if (takesKeys(channel)) takeDigits(channel, onDigit);
  }
  cancelWatch();
  channel.readCodecName = undefined;
  channel.variables.setAll({ read_codec: channel.codecName, read_rate: '8000' });
  listening.stop();

  function isListening(): boolean {
    return state === 'listening';
  }
}

/** Keys act unless they are switched off. */
function takesKeys({ variables }: Channel): boolean {
  return variables.get('eavesdrop_enable_dtmf') === undefined || variables.isTrue('eavesdrop_enable_dtmf');
}

/** `aleg` is what the watched leg says, `bleg` what it hears. */
function firstTarget({ variables }: Channel): WhisperTo {
  const [toPeer, toTarget] = [
    variables.isTrue('eavesdrop_whisper_aleg'),
    variables.isTrue('eavesdrop_whisper_bleg'),
  ];
  if (toPeer && toTarget) return 'both';
  if (toPeer) return 'peer';
  return toTarget ? 'target' : 'none';
}

/** The watched leg stirs whoever listens to it when it is hung up. */
function onEnd(watched: Channel, action: () => void): () => void {
  const watcher = { channelCut: action, channelOver: action };
  watched.watchers.add(watcher);
  return () => watched.watchers.delete(watcher);
}

function runSignals(channel: Channel): void {
  for (
    let message = channel.thread.take('signals');
    message !== undefined;
    message = channel.thread.take('signals')
  ) {
    if (message.kind === 'signal') message.act();
  }
}

function takeDigits(channel: Channel, onDigit: (digit: Digit) => void): void {
  for (let digit = channel.digits.take(); digit !== undefined; digit = channel.digits.take()) onDigit(digit);
}

function whisper(listening: Eavesdropping, { digit }: Digit): void {
  const target = WHISPER_KEYS[digit];
  if (target !== undefined) listening.setWhisper(target);
}
