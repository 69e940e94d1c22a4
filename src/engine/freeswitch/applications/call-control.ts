/** answer, hangup, sleep: what moves the call itself. */
import type { Channel } from '../channel/channel.js';
import { hangupCauseNamed } from '../channel/hangup-causes.js';
import { serveFor } from '../channel/serve.js';

export async function answer(channel: Channel): Promise<void> {
  if (channel.answerState !== 'answered') await channel.signalling.answer();
}

export function hangup(channel: Channel, argument: string): void {
  channel.hangup(hangupCauseNamed(argument), 'application');
}

export async function sleep(channel: Channel, argument: string): Promise<void> {
  await serveFor(channel, Number.parseInt(argument, 10) || 0);
}
