/** TikTok's push: shape of the reference, and everything a stranger may post instead. */
import { describe, expect, it } from 'vitest';
import { fc, it as property } from '@fast-check/vitest';
import type { Connection, Form } from '../../../src/domain/leads/lead.js';
import { draftOfEntry } from '../../../src/domain/leads/entry-draft.js';
import type { ReadPush } from '../../../src/domain/leads/lead-entry.js';
import { readTikTokPush } from '../../../src/domain/leads/tiktok-push.js';
import type { ConnectionId, FormId } from '../../../src/domain/values/ids.js';
import { parseKeepingIds } from '../../../src/domain/values/parse-keeping-ids.js';

const ID = '7234567890123456789';
const connection: Connection = {
  id: 'c1' as ConnectionId,
  kind: 'tiktok',
  name: 'main',
  tags: [],
  enabled: 'on',
  createdAt: 0,
};
const form: Form = {
  id: 'f1' as FormId,
  connectionId: connection.id,
  externalId: 'p1',
  enabled: 'on',
  displayName: 'Spring',
  staticUtm: { utm_source: 'tt-static' },
  fieldMap: { 'Your floor?': 'floor' },
  createdAt: 0,
};
const entry = {
  id: ID,
  page_id: 'p1',
  page_name: 'Spring',
  campaign_name: 'Sale',
  ad_id: '99',
  changes: [
    { field: 'phone_number', value: '+79161234567' },
    { field: 'name', value: 'Анна' },
    { field: 'Your floor?', value: '3' },
    { field: 'ya_cid', value: 'ym-1' },
    { field: 'comment', value: '' },
  ],
};

function only(push: ReadPush) {
  if (push.kind !== 'entries') throw new Error(push.kind);
  return push.entries;
}

describe('a TikTok push', () => {
  it('becomes a draft: named fields, answers, static UTM before what the push says', () => {
    const [read] = only(readTikTokPush({ object: 1, entry: [entry] }));
    if (read?.kind !== 'lead') throw new Error('unusable');
    expect(draftOfEntry(read.entry, { source: 'tiktok', connection, form })).toMatchObject({
      externalId: ID,
      rawPhone: '+79161234567',
      clientName: 'Анна',
      campaign: 'Sale',
      ad: '99',
      answers: [{ field: 'floor', value: '3' }],
      touch: { utm_source: 'tt-static', utm_medium: 'cpc', utm_campaign: 'Sale', ym_client_id: 'ym-1' },
    });
  });

  it('acknowledges what is no lead', () => {
    expect(readTikTokPush({ object: 8, entry: [{}] })).toEqual({ kind: 'other', why: 'object 8 is no lead' });
  });

  it('keeps the usable entries beside an unusable one', () => {
    const entries = only(
      readTikTokPush({ object: 1, entry: [{ page_id: 'x' }, entry, { id: ID, changes: 'no' }] }),
    );
    expect(entries.map(({ kind }) => kind)).toEqual(['unusable', 'lead', 'unusable']);
    expect(entries[2]).toMatchObject({ externalId: ID });
  });

  it('takes a thousand entries and not one more', () => {
    const many = (count: number) => ({
      object: 1,
      entry: Array.from({ length: count }, (_, n) => ({ id: String(n) })),
    });
    expect(only(readTikTokPush(many(1000)))).toHaveLength(1000);
    expect(readTikTokPush(many(1001)).kind).toBe('unreadable');
  });

  it('gives direct messages a form of their own', () => {
    expect(
      only(readTikTokPush({ object: 1, entry: [{ id: '1', lead_source: 'DIRECT_MESSAGE' }] })),
    ).toMatchObject([{ entry: { form: { externalId: 'direct_message', displayName: 'direct_message' } } }]);
  });

  it('keeps 19-digit ids exact when a stored push is read again', () => {
    expect(
      parseKeepingIds(
        `{"object":1,"entry":[{"id":${ID},"note":"call ${ID} \\"now\\" 12345678901234567890"}]}`,
      ),
    ).toEqual({
      object: 1,
      entry: [{ id: ID, note: `call ${ID} "now" 12345678901234567890` }],
    });
    expect(parseKeepingIds('{')).toBeUndefined();
  });

  property.prop([fc.jsonValue()])('never throws', (posted) => {
    expect(['entries', 'other', 'unreadable']).toContain(readTikTokPush(posted).kind);
  });
});
