/**
 * The one table of sources that push leads: what stands in the path of its hook → whose connections push there, what
 * their bodies are, who reads them. A new source is a row here and a row in http/routes/hooks.ts.
 */
import type { Connection, ConnectionKind, PushSource } from './lead.js';
import { readFormPush } from './form-push.js';
import { readGoogleAdsPush } from './google-ads-push.js';
import type { ReadPush } from './lead-entry.js';
import { readMessengerPush } from './messenger-push.js';
import { readMetaPush } from './meta-push.js';
import { readTikTokPush } from './tiktok-push.js';
import { readVkPush } from './vk-push.js';

export interface LeadSourceRow {
  readonly kinds: readonly ConnectionKind[];
  /** `form`: JSON, urlencoded or multipart, told apart by its looks. */
  readonly body: 'json' | 'form';
  /** Never throws, whatever was posted. */
  readonly read: (parsed: unknown, connection: Connection) => ReadPush;
}

export const LEAD_SOURCES: Readonly<Record<PushSource, LeadSourceRow>> = {
  tiktok: { kinds: ['tiktok'], body: 'json', read: readTikTokPush },
  form: { kinds: ['site', 'internal'], body: 'form', read: readFormPush },
  meta: { kinds: ['meta'], body: 'json', read: readMetaPush },
  'google-ads': { kinds: ['google-ads'], body: 'json', read: readGoogleAdsPush },
  vk: { kinds: ['vk'], body: 'json', read: readVkPush },
  messenger: { kinds: ['messenger'], body: 'form', read: readMessengerPush },
};

const NAMES = Object.keys(LEAD_SOURCES) as readonly PushSource[];

/** Where connections of this kind push, undefined when they post leads only. */
export function sourceOf(kind: ConnectionKind): PushSource | undefined {
  return NAMES.find((name) => LEAD_SOURCES[name].kinds.includes(kind));
}
