/** Meta Lead Ads: what a push names, what is fetched, what a refusal means. Shapes of the reference, §9.1. */
import { describe, expect, it } from 'vitest';
import { parseKeepingIds } from '../../../src/domain/values/parse-keeping-ids.js';
import { draftOfEntry } from '../../../src/domain/leads/entry-draft.js';
import { fetchedMetaLead, metaRefusal, readMetaPush } from '../../../src/domain/leads/meta-push.js';
import { aConnection, aForm } from '../../support/store/samples.js';

const PUSH =
  '{"object":"page","entry":[{"id":1,"time":1,"changes":[{"field":"leadgen","value":{"leadgen_id":7301234567890100007,"page_id":1,"form_id":7301234567890100008,"ad_id":9}},' +
  '{"field":"feed","value":{}},{"field":"leadgen","value":{}}]}]}';

const LEAD = {
  id: '7301234567890100007',
  ad_id: '9',
  ad_name: 'Video 1',
  campaign_name: 'Spring',
  adset_id: '5',
  is_organic: false,
  platform: 'ig',
  field_data: [
    { name: 'full_name', values: ['Jan Novák'] },
    { name: 'phone_number', values: ['+420601123456'] },
    { name: 'který_pokoj?', values: ['Kuchyň', 'Hala'] },
  ],
};

function awaited() {
  const push = readMetaPush(parseKeepingIds(PUSH));
  const entries = push.kind === 'entries' ? push.entries : [];
  expect(entries.map(({ kind }) => kind)).toEqual(['awaited', 'acknowledged', 'unusable']);
  const [first] = entries;
  if (first?.kind !== 'awaited') throw new Error(JSON.stringify(push));
  return first.entry;
}

describe('a push of Meta', () => {
  it('names a lead, digit for digit, its form and advertisement', () => {
    expect(awaited()).toMatchObject({
      externalId: '7301234567890100007',
      form: { externalId: '7301234567890100008' },
      ad: '9',
    });
  });

  it('of something else is acknowledged', () => {
    expect(readMetaPush({ object: 'user', entry: [] })).toMatchObject({ kind: 'other' });
  });

  it('becomes a draft with what was fetched', () => {
    const entry = fetchedMetaLead(awaited(), LEAD);
    const form = aForm({ staticUtm: {}, fieldMap: {} });
    expect(entry && draftOfEntry(entry, { source: 'meta', connection: aConnection(), form })).toMatchObject({
      externalId: '7301234567890100007',
      clientName: 'Jan Novák',
      rawPhone: '+420601123456',
      campaign: 'Spring',
      adGroup: '5',
      ad: 'Video 1',
      answers: [{ field: 'který_pokoj?', value: 'Kuchyň, Hala' }],
      touch: { utm_source: 'instagram', utm_medium: 'cpc', utm_campaign: 'Spring', ad_id: '9' },
    });
    expect(fetchedMetaLead(awaited(), { error: {} })).toBeUndefined();
  });

  it.each([
    [190, 400, 'authorise'],
    [4, 400, 'throttled'],
    [613, 400, 'throttled'],
    [100, 400, 'other'],
    [undefined, 429, 'throttled'],
  ])('a refusal of code %s with status %s is %s', (code, status, kind) => {
    expect(metaRefusal(status, { error: { code, message: 'm' } }).kind).toBe(kind);
    expect(metaRefusal(502, undefined).kind).toBe('other');
  });
});
