/** Projects and channel rules as admins write them. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CHANNELS } from '../../../src/domain/attribution/default-channels.js';
import { loadSettings } from '../../../src/settings/load.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';

const shop = { sites: ['https://shop.example'], siteNumbers: ['+74951234567'], country: 'ru' };

describe('projects', () => {
  it('have a default for all but their sites and numbers', () => {
    const { projects } = buildTelephony(telephonySchema.parse({ projects: { shop } }));
    expect(projects['shop']).toMatchObject({
      ...shop,
      leasesPerMinute: 600,
      rules: [],
      attribution: {
        model: 'last-non-direct',
        threshold: 0.6,
        repeatCalls: 'each-call',
        unique: 'across-kinds',
      },
      name: 'shop',
      displayName: 'shop',
      country: 'RU',
      consent: 'not-required',
      sessionMinutes: 30,
      visitsPerMinute: 60,
      texts: 'store',
    });
  });

  it.each([
    ['a site with a path', { sites: ['https://shop.example/'] }],
    ['a site without a scheme', { sites: ['shop.example'] }],
    ['every site there is', { sites: ['*'] }],
    ['no site', { sites: [] }],
    ['a number nobody can dial', { siteNumbers: ['8 495'] }],
    ['a cookie for a whole country', { cookieDomain: 'ru' }],
  ])('with %s are refused', (_what, change) => {
    expect(telephonySchema.safeParse({ projects: { shop: { ...shop, ...change } } }).success).toBe(false);
  });
});

describe('channels', () => {
  it('of the shipped file are those used without it', async () => {
    const directory = resolve(import.meta.dirname, '../../../config');
    const read = await loadSettings({ directory, environment: {}, dialplans: undefined });
    expect(read.ok && read.value.telephony.channels).toEqual(DEFAULT_CHANNELS);
    expect(buildTelephony(telephonySchema.parse({})).channels).toEqual(DEFAULT_CHANNELS);
  });
});
