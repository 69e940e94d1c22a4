/**
 * eavesdrop: hear both sides of another leg, and speak into them by digit (1 the leg, 2 its peer, 3 both, 0 none).
 * While it listens the channel takes no other commands, not even hangup (seen on FreeSWITCH): only uuid_kill, a BYE or
 * the end of the watched leg free it.
 */
import type { Channel } from '../channel/channel.js';
import type { Digit } from '../channel/digit-queue.js';

type Eavesdropping = ReturnType<NonNullable<Channel['port']>['eavesdrop']>;

const WHISPER_KEYS: Readonly<Record<string, 'none' | 'target' | 'peer' | 'both'>> = {
  0: 'none',
  1: 'target',
  2: 'peer',
  3: 'both',
};

export async function eavesdrop(channel: Channel, argument: string): Promise<void> {
  const watched = channel.core.channels.get(argument.trim());
  if (watched?.port === undefined || channel.port === undefined || watched === channel) return;
  const listening = channel.port.eavesdrop(watched.port);
  channel.readCodecName = 'L16';
  channel.variables.set('last_sent_callee_id_name', watched.profile.callerIdName);
  const cancelWatch = onEnd(watched, () => {
    channel.thread.stir();
  });
  const hasKeys = channel.variables.isTrue('eavesdrop_enable_dtmf');
  const onDigit = (digit: Digit) => (hasKeys ? whisper(listening, digit) : undefined);
  while (channel.isReady && watched.isUp) {
    await channel.thread.frame();
    runSignals(channel);
    takeDigits(channel, onDigit);
  }
  cancelWatch();
  channel.readCodecName = undefined;
  channel.variables.setAll({ read_codec: channel.codecName, read_rate: '8000' });
  listening.stop();
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
