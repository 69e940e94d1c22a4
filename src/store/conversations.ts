/** Conversations of messengers. Unique by connection and the messenger's own id. */
import type { ConversationRepository } from '../app/ports/store.js';
import type { Conversation } from '../domain/leads/conversation.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { ConversationRow } from './source-rows.js';

const CONVERSATION = mapping<Conversation, ConversationRow>({
  connectionId: 'connection_id',
  id: 'conversation_id',
  phone: 'phone',
  clientName: 'client_name',
  touch: { json: 'touch' },
  messages: { json: 'messages' },
  word: 'word',
  optedOut: 'opted_out',
  leadId: 'lead_id',
  leads: 'leads',
  heardAt: 'heard_at',
});

/** What a conversation says of a person. */
export const CONVERSATION_WITHOUT_PERSON = {
  phone: null,
  client_name: null,
  messages: '[]',
  touch: '{}',
} as const satisfies Partial<ConversationRow>;

export function conversationRepository(db: Database): ConversationRepository {
  return {
    async byId(connectionId, id) {
      const row = await db
        .selectFrom('conversations')
        .selectAll()
        .where('connection_id', '=', connectionId)
        .where('conversation_id', '=', id)
        .executeTakeFirst();
      return row === undefined ? undefined : CONVERSATION.fromRow(row);
    },
    async put(conversation) {
      const { connection_id, conversation_id, ...rest } = CONVERSATION.toRow(conversation);
      await db
        .insertInto('conversations')
        .values({ connection_id, conversation_id, ...rest })
        .onConflict((conflict) => conflict.columns(['connection_id', 'conversation_id']).doUpdateSet(rest))
        .execute();
    },
    async removeOlderThan(before) {
      await db
        .updateTable('conversations')
        .set(CONVERSATION_WITHOUT_PERSON)
        .where('heard_at', '<', before)
        .where('opted_out', 'is not', null)
        .execute();
      const { numDeletedRows } = await db
        .deleteFrom('conversations')
        .where('heard_at', '<', before)
        .where('opted_out', 'is', null)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
