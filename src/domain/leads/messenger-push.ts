/** Events of messengers and of the tools that manage their messages → messages that were heard. One reader a provider. */
import type { Connection, ConnectionIntake } from './lead.js';
import type { ReadPush } from './lead-entry.js';
import { readGenericMessage } from './generic-message.js';
import { readPancakePush } from './pancake-push.js';
import { readRespondIoPush } from './respond-io-push.js';
import { readTikTokMessage } from './tiktok-message.js';

const READERS: Readonly<Record<NonNullable<ConnectionIntake['provider']>, (parsed: unknown) => ReadPush>> = {
  'respond-io': readRespondIoPush,
  pancake: readPancakePush,
  tiktok: readTikTokMessage,
  generic: readGenericMessage,
};

/** Never throws, whatever was posted. */
export function readMessengerPush(parsed: unknown, { intake }: Connection): ReadPush {
  return READERS[intake?.provider ?? 'generic'](parsed);
}
