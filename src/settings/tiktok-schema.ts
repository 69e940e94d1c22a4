/** The app at TikTok's business API. Facts that only some users of the API report are settings, so that one line mends them. */
import { z } from 'zod';
import { LEAD_REGIONS } from '../domain/tiktok/lead-export.js';
import { seconds, secretRef } from './fields.js';

const codes = z.array(z.number().int());

/** Every path begins with a slash, so the address ends without one. */
const apiUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const tiktokSchema = z
  .strictObject({
    appId: z.string().regex(/^\d+$/, 'expected the digits of the app id, in quotes'),
    secret: secretRef.meta({ description: 'The app’s secret; it signs the pushes too' }),
    authorisationUrl: z
      .url({ protocol: /^https?$/ })
      .default('https://business-api.tiktok.com/portal/auth')
      .meta({
        description: 'Where advertisers say yes: the “Advertiser authorization URL” of the app’s page',
      }),
    apiUrl: apiUrl.default('https://business-api.tiktok.com/open_api/v1.3'),
    requestsPerSecond: z.number().min(0.1).max(1000).default(10),
    timeout: seconds.prefault('30s'),
    firstDelay: seconds.prefault('1s').meta({
      description: 'Before a request that was refused for the moment is repeated; doubles, four times',
    }),
    retryCodes: codes.default([40016, 40133, 51021, 50000, 50002, 51000, 51004]).meta({
      description: 'Codes, besides 40100, of refusals that pass by themselves',
    }),
    reauthoriseCodes: codes.default([40106]).meta({
      description: 'Codes, besides 40102, 40104, 40105 and 40107, that ask for a new authorisation',
    }),
    leadRegions: z.array(z.enum(LEAD_REGIONS)).min(1).default(['world']).meta({
      description: 'Where the people are whose missed leads are fetched: eu and us are kept apart by TikTok',
    }),
    callWithin: seconds.prefault('1d').meta({
      description:
        'A fetched lead that is older, or whose age TikTok does not tell, is stored and not called',
    }),
    audiencesAt: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 00:00')
      .default('00:00')
      .transform((time) => time.replace(':', ''))
      .meta({ description: 'When scheduled uploads into audiences run, in the time zone of the ad account' }),
  })
  .meta({ description: 'The app at TikTok’s business API (docs/tiktok.md)' });

export type TikTokSettings = z.output<typeof tiktokSchema>;
