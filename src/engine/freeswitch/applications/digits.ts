/** Digits out (send_dtmf), digits that act (bind_digit_action and its realms), digits dropped (flush_dtmf). */
import type { Channel } from '../channel/channel.js';
import { DigitMachine } from '../channel/digit-machine.js';

const DEFAULT_DIGIT_MS = 250;

/** `1234@100`: digits and the length of each in ms. */
export function sendDtmf(channel: Channel, argument: string): void {
  const [digits = '', ms] = argument.trim().split('@');
  void channel.port?.sendDigits(digits, Number.parseInt(ms ?? '', 10) || DEFAULT_DIGIT_MS);
}

/** `realm,digits,exec:application,argument,[listener,][target]`. `api:` commands run without an answer. */
export function bindDigitAction(channel: Channel, argument: string): void {
  const [realm = '', pattern = '', command = '', ...rest] = argument.split(',');
  const application = command.replace(/^exec:/, '');
  if (pattern === '' || application === command) return;
  const target = channel.core.channels;
  channel.digitMachine ??= new DigitMachine(channel);
  channel.digitMachine.bind(realm, {
    pattern,
    act: () => {
      const leg = rest.at(-1) === 'peer' ? target.get(channel.variables.get('signal_bond') ?? '') : channel;
      leg?.thread.post({ kind: 'execute', application, argument: rest[0], uuid: undefined, loops: 1 });
    },
  });
}

export function digitActionSetRealm(channel: Channel, argument: string): void {
  channel.digitMachine?.setRealm(argument.split(',')[0] ?? '');
}

export function clearDigitAction(channel: Channel, argument: string): void {
  channel.digitMachine?.clear(argument.split(',')[0] ?? 'all');
}

export function flushDtmf(channel: Channel): void {
  channel.digits.flush();
}
