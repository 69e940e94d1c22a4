/** Instant forms, exports of leads, and test leads (external-apis reference §1.4–1.6). */
import type { z } from 'zod';
import type { LeadExportState, TikTok, TikTokAnswer } from '../app/ports/tiktok.js';
import type { FetchedLead } from '../domain/tiktok/exported-lead.js';
import type { InstantFormFacts } from '../domain/tiktok/instant-form.js';
import type { LeadRegion } from '../domain/tiktok/lead-export.js';
import { allPages, mapped, type TikTokClient } from './client.js';
import { readLeadFile } from './lead-files.js';
import { exportTask, fetchedLead, formPage, nothing, pageFields } from './shapes.js';

type FormsAndLeads = Pick<
  TikTok,
  | 'forms'
  | 'formFields'
  | 'startExport'
  | 'exportState'
  | 'downloadExport'
  | 'createTestLead'
  | 'testLead'
  | 'removeTestLead'
>;

const FORMS_A_PAGE = 100;

export function formsAndLeads(client: TikTokClient): FormsAndLeads {
  return {
    forms: (token, accountId) => forms(client, token, accountId),
    formFields: async (token, { accountId, formId }) =>
      mapped(
        await client.get(pageFields, {
          path: '/page/field/get/',
          token,
          query: { advertiser_id: accountId, page_id: formId },
        }),
        ({ fields }) => fields,
      ),
    startExport: (token, { accountId, formId, region }) =>
      askExport(client, token, { advertiser_id: accountId, page_id: formId }, region),
    exportState: (token, { accountId, formId, region, taskId }) =>
      askExport(client, token, { advertiser_id: accountId, page_id: formId, task_id: taskId }, region),
    async downloadExport(token, { accountId, region, taskId }) {
      const file = await client.download({
        path: '/page/lead/task/download/',
        token,
        headers: regionHeader(region),
        query: { advertiser_id: accountId, task_id: taskId },
      });
      return file.kind === 'ok' ? readLeadFile(file.value) : file;
    },
    createTestLead: async (token, { accountId, formId }) =>
      mapped(
        await client.post(fetchedLead, {
          path: '/page/lead/mock/create/',
          token,
          body: { lead_source: 'INSTANT_FORM', advertiser_id: accountId, page_id: formId },
          repeat: 'once',
        }),
        leadOf(formId),
      ),
    testLead: async (token, { accountId, formId }) =>
      mapped(
        await client.get(fetchedLead, {
          path: '/page/lead/mock/get/',
          token,
          query: { lead_source: 'INSTANT_FORM', advertiser_id: accountId, page_id: formId },
        }),
        leadOf(formId),
      ),
    removeTestLead: (token, { accountId, leadId }) =>
      client.post(nothing, {
        path: '/page/lead/mock/delete/',
        token,
        body: { advertiser_id: accountId, lead_id: leadId },
        repeat: 'safe',
      }),
  };
}

async function forms(
  client: TikTokClient,
  token: string,
  accountId: string,
): Promise<TikTokAnswer<readonly InstantFormFacts[]>> {
  const pages = await allPages(client, formPage, {
    path: '/page/get/',
    token,
    query: { advertiser_id: accountId, business_type: 'LEAD_GEN', page_size: FORMS_A_PAGE },
  });
  return mapped(pages, (all) => all.flatMap(({ list }) => list.map(formOf)));
}

function formOf(row: z.output<typeof formPage>['list'][number]): InstantFormFacts {
  const { page_id: externalId, title, status, transfer_status: transfer } = row;
  return {
    externalId,
    title: title === '' ? externalId : title,
    status,
    place: transfer === 'TRANSFERRED' ? 'library' : 'account',
  };
}

function regionHeader(region: LeadRegion): Readonly<Record<string, string>> {
  return region === 'world' ? {} : { 'x-lead-region': region };
}

async function askExport(
  client: TikTokClient,
  token: string,
  body: Readonly<Record<string, string>>,
  region: LeadRegion,
): Promise<TikTokAnswer<LeadExportState>> {
  const answer = await client.post(exportTask, {
    path: '/page/lead/task/',
    token,
    headers: regionHeader(region),
    body,
    repeat: 'safe',
  });
  return mapped(answer, ({ task_id: taskId, status }) => ({
    taskId,
    progress: PROGRESS[status] ?? 'running',
  }));
}

/** What is not known yet is waited for. */
const PROGRESS: Readonly<Record<string, LeadExportState['progress']>> = {
  SUCCEED: 'ready',
  FAILED: 'failed',
};

const leadOf =
  (formId: string) =>
  ({
    lead_data: answers,
    meta_data: { lead_id: leadId, ...about },
  }: z.output<typeof fetchedLead>): FetchedLead => ({
    leadId,
    formId,
    answers,
    about,
  });
