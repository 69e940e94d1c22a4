/** Custom audiences: files of hashes, and what becomes of them (external-apis reference §2). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { TikTok } from '../app/ports/tiktok.js';
import { present } from '../domain/values/present.js';
import { allPages, mapped, type TikTokClient } from './client.js';
import { idText, nothing, pageInfo } from './shapes.js';

type Audiences = Pick<
  TikTok,
  'uploadAudienceFile' | 'createAudience' | 'updateAudience' | 'audience' | 'findAudience'
>;

const A_PAGE = 100;

const uploaded = z.object({ file_path: z.string().min(1) });
const created = z.object({ custom_audience_id: idText });
const flag = z.boolean().catch(false);

const details = z.object({
  list: z.array(
    z.object({
      audience_details: z.object({
        is_valid: flag,
        is_expiring: flag,
        cover_num: z.coerce.number().optional().catch(undefined),
        error_msg: z.string().nullish(),
      }),
      audience_history: z
        .array(z.object({ editor: z.string().nullish(), opt_time: z.string().nullish() }))
        .nullish(),
    }),
  ),
});

const summaries = pageInfo.extend({
  list: z
    .array(z.object({ audience_id: idText, name: z.string() }))
    .nullish()
    .transform((all) => all ?? []),
});

export function audiences(client: TikTokClient): Audiences {
  return {
    async uploadAudienceFile(token, { accountId, calculateType, text }) {
      const form = new FormData();
      form.set('advertiser_id', accountId);
      form.set('calculate_type', calculateType);
      form.set('file_signature', createHash('md5').update(text).digest('hex'));
      form.set('file', new Blob([text], { type: 'text/csv' }), 'audience.csv');
      const path = '/dmp/custom_audience/file/upload/';
      const answer = await client.post(uploaded, { path, token, body: form, repeat: 'safe' });
      return mapped(answer, ({ file_path: filePath }) => filePath);
    },
    async createAudience(token, { accountId, name, calculateType, filePaths }) {
      const answer = await client.post(created, {
        path: '/dmp/custom_audience/create/',
        token,
        body: {
          advertiser_id: accountId,
          custom_audience_name: name,
          calculate_type: calculateType,
          file_paths: filePaths,
        },
        repeat: 'once',
      });
      return mapped(answer, ({ custom_audience_id: id }) => id);
    },
    updateAudience: (token, { accountId, audienceId, action, filePaths }) =>
      client.post(nothing, {
        path: '/dmp/custom_audience/update/',
        token,
        // Without an action TikTok replaces.
        body: {
          advertiser_id: accountId,
          custom_audience_id: audienceId,
          file_paths: filePaths,
          action: action.toUpperCase(),
        },
        repeat: 'once',
      }),
    async audience(token, { accountId, audienceId }) {
      const answer = await client.get(details, {
        path: '/dmp/custom_audience/get/',
        token,
        query: { advertiser_id: accountId, custom_audience_ids: [audienceId], history_size: 30 },
      });
      return mapped(answer, ({ list: [one] }) => one && standingOf(one));
    },
    async findAudience(token, { accountId, name }) {
      const answer = await allPages(client, summaries, {
        path: '/dmp/custom_audience/list/',
        token,
        query: { advertiser_id: accountId, page_size: A_PAGE },
      });
      return mapped(answer, (pages) => {
        const all = pages.flatMap(({ list }) => list);
        return all.find((one) => one.name === name)?.audience_id;
      });
    },
  };
}

function standingOf({
  audience_details: one,
  audience_history: history,
}: z.output<typeof details>['list'][number]) {
  const error = one.error_msg === '' ? undefined : one.error_msg;
  return {
    isValid: one.is_valid,
    isExpiring: one.is_expiring,
    ...present({ matched: one.cover_num, error: error ?? undefined }),
    changedByUsAt: (history ?? []).flatMap(({ editor, opt_time: at }) =>
      editor === 'open_api' && at ? (utcOf(at) ?? []) : [],
    ),
  };
}

function utcOf(text: string): number | undefined {
  const at = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(at) ? undefined : at;
}
