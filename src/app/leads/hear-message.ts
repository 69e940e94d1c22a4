/** A message of a messenger is remembered; its conversation makes a lead when it is time, or tells the one it made. */
import {
  entryOfConversation,
  hear,
  newConversation,
  saidLast,
  type Conversation,
  type Heard,
  type HeardMessage,
} from '../../domain/leads/conversation.js';
import type { Connection, Lead, LeadAnswer, PushResult } from '../../domain/leads/lead.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';
import { finishLead, isFinal } from './after-attempt.js';
import { resultOf, storeEntry, type EntryOwner } from './store-entry.js';

export async function hearMessage(
  context: AppContext,
  unit: Unit,
  push: EntryOwner,
  message: HeardMessage,
): Promise<PushResult> {
  const { tx, now } = unit;
  const { id, intake = {}, country } = push.connection;
  const before =
    (await tx.conversations.byId(id, message.conversationId)) ??
    (await forgotten(unit, id, message.conversationId));
  const lead = before.leadId && (await tx.leads.byId(before.leadId));
  const heard = hear(before, message, { intake, now, lead: standingOf(lead), ...present({ country }) });
  if (heard.verdict === 'lead') return makeLead(context, unit, push, { heard, message });
  if (heard.verdict !== 'repeated') await tx.conversations.put(heard.conversation);
  if (lead !== undefined && !isFinal(lead.status)) await tellLead(unit, lead, heard, push.connection);
  return {
    result: heard.verdict === 'repeated' ? 'repeated' : 'acknowledged',
    externalId: message.conversationId,
    why: heard.verdict,
    ...present({ leadId: before.leadId }),
  };
}

/** After long silence a conversation is forgotten, its lead is not. */
async function forgotten({ tx }: Unit, connectionId: ConnectionId, id: string): Promise<Conversation> {
  const fresh = newConversation(connectionId, id);
  const known = await tx.leads.byExternalId(connectionId, id);
  if (known === undefined) return fresh;
  return { ...fresh, leads: 1, ...(isFinal(known.status) ? {} : { leadId: known.id }) };
}

function standingOf(lead: Lead | undefined): 'none' | 'open' | 'final' {
  if (lead === undefined) return 'none';
  return isFinal(lead.status) ? 'final' : 'open';
}

async function makeLead(
  context: AppContext,
  unit: Unit,
  push: EntryOwner,
  { heard, message }: { readonly heard: Heard; readonly message: HeardMessage },
): Promise<PushResult> {
  const { conversation } = heard;
  const entry = entryOfConversation(heard, message, push.connection.intake ?? {});
  const stored = await storeEntry(context, unit, push, entry);
  const made: Conversation = { ...conversation, leadId: stored.lead.leadId, leads: conversation.leads + 1 };
  await unit.tx.conversations.put(made);
  return resultOf(stored, entry.externalId);
}

/** Whoever wishes to hear nothing is not called; else the operator is to know what was said since. */
async function tellLead(
  unit: Unit,
  lead: Lead,
  { verdict, conversation }: Heard,
  { intake = {} }: Connection,
): Promise<void> {
  if (verdict === 'opted-out') return finishLead(unit, lead, 'cancelled', 'client-refused');
  const said = verdict === 'known' ? saidLast(conversation, intake) : undefined;
  if (said === undefined) return;
  const others = lead.answers.filter(({ field }) => field !== 'message');
  const answers: readonly LeadAnswer[] = [...others, { field: 'message', value: said }];
  await unit.tx.leads.update(lead.id, { answers });
}
