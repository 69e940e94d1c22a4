import { describe, expect, it } from 'vitest';
import type { Conversation } from '../../src/domain/leads/conversation.js';
import { BACKENDS } from '../support/store/backends.js';
import { aConnection, branded } from '../support/store/samples.js';

const aConversation = (change: Partial<Conversation> = {}): Conversation => ({
  connectionId: aConnection().id,
  id: 'c',
  touch: { tracking_id: 't' },
  messages: [{ id: 'm', text: 'Hi' }],
  leads: 0,
  heardAt: 100,
  ...change,
});

describe.each(BACKENDS)('$name keeps conversations', ({ fresh }) => {
  it('one of an id and a connection, replaced as a whole', async () => {
    const { store } = await fresh();
    await store.connections.add(aConnection({ intake: { provider: 'pancake', leadWords: ['giá'] } }));
    expect(await store.connections.byId(aConnection().id)).toMatchObject({ intake: { leadWords: ['giá'] } });
    await store.conversations.put(aConversation({ phone: '+79161234567', clientName: 'Анна', word: 'yes' }));
    const later = aConversation({ leadId: branded('l1'), leads: 1, heardAt: 200 });
    await store.conversations.put(later);
    expect(await store.conversations.byId(later.connectionId, 'c')).toEqual(later);
    expect(await store.conversations.byId(later.connectionId, 'other')).toBeUndefined();
    expect(await store.conversations.byId(branded('other'), 'c')).toBeUndefined();
  });

  it('no longer than it is told to; a wish to hear nothing stays, without its words', async () => {
    const { store } = await fresh();
    await store.connections.add(aConnection());
    await store.conversations.put(aConversation({ id: 'old' }));
    await store.conversations.put(aConversation({ id: 'silent', optedOut: 'yes', phone: '+79161234567' }));
    await store.conversations.put(aConversation({ id: 'new', heardAt: 300 }));
    expect(await store.conversations.removeOlderThan(300)).toBe(1);
    const { connectionId } = aConversation();
    expect(await store.conversations.byId(connectionId, 'old')).toBeUndefined();
    expect(await store.conversations.byId(connectionId, 'new')).toBeDefined();
    expect(await store.conversations.byId(connectionId, 'silent')).toEqual(
      aConversation({ id: 'silent', optedOut: 'yes', messages: [], touch: {} }),
    );
  });
});
