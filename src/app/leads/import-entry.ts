/** One entry of a stored push becomes what it means: a lead, a message that was heard, or a line that says why not. */
import type { Connection, PushResult, PushSource } from '../../domain/leads/lead.js';
import type { ReadEntry } from '../../domain/leads/lead-entry.js';
import type { PushId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { awaitLead } from './fetch-lead.js';
import { hearMessage } from './hear-message.js';
import { resultOf, storeEntry } from './store-entry.js';

export interface StoredPush {
  readonly id: PushId;
  readonly source: PushSource;
  readonly connection: Connection;
}

export async function importEntry(
  context: AppContext,
  unit: Unit,
  push: StoredPush,
  read: ReadEntry,
): Promise<PushResult> {
  switch (read.kind) {
    case 'lead':
      return resultOf(await storeEntry(context, unit, push, read.entry), read.entry.externalId);
    case 'heard':
      return hearMessage(context, unit, push, read.message);
    case 'awaited':
      return awaitLead(unit, push, read.entry);
    case 'acknowledged':
    case 'unusable':
      return { result: read.kind, why: read.why, ...present({ externalId: read.externalId }) };
  }
}
