/** What the application offers of authorised accounts, bound to its ports. */
import type { Access } from '../../domain/tiktok/access.js';
import type { AdAccount } from '../../domain/tiktok/ad-account.js';
import type { Audience, AudienceId, AudienceTask } from '../../domain/tiktok/audience.js';
import type { LeadExport } from '../../domain/tiktok/lead-export.js';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import type { AppContext } from '../context.js';
import { accessOf, requireTikTokConnection } from './account-access.js';
import {
  beginAuthorisation,
  endAuthorisation,
  revokeAccess,
  type AuthorisationReply,
  type BegunAuthorisation,
} from './authorise.js';
import {
  addAudience,
  planFill,
  previewAudience,
  requireAudience,
  type AudiencePreview,
  type FillWish,
  type NewAudience,
} from './audiences.js';
import { requestFetch } from './fetch-leads.js';
import { readForm, type FormReading } from './read-form.js';
import { testLead, type TestLeadReport, type TestLeadWish } from './test-lead.js';
import {
  chooseAccount,
  planNightlySync,
  syncConnection,
  type SyncReport,
  type SyncWish,
} from './sync-connection.js';

/** Each throws Fault `not-found` and `field-invalid` for a connection that there is not, or of another source. */
export interface TikTokCases {
  /** Where the advertiser must go. Throws Fault `tiktok-not-configured`. */
  beginAuthorisation(id: ConnectionId): Promise<BegunAuthorisation>;
  /** Throws Fault `state-unknown`. */
  endAuthorisation(reply: AuthorisationReply): Promise<Access>;
  /** Throws Fault `tiktok-refused`. */
  revokeAccess(id: ConnectionId, by: string): Promise<Access>;
  accessOf(id: ConnectionId): Promise<Access>;
  /** Of every connection that was ever authorised. */
  listAccess(): Promise<readonly Access[]>;
  /** Throws Fault `tiktok-not-configured`, `conflict` (one runs already). */
  syncConnection(id: ConnectionId, wish?: SyncWish): Promise<SyncReport>;
  /** Answers how many connections. */
  planNightlySync(): Promise<number>;
  listAdAccounts(id: ConnectionId): Promise<readonly AdAccount[]>;
  chooseAccount(
    id: ConnectionId,
    choice: { readonly account: string; readonly chosen: AdAccount['chosen'] },
  ): Promise<AdAccount>;
  /** What each field of an instant form becomes. Throws Fault `not-found` for a form that no sync has seen. */
  fieldsOf(id: FormId): Promise<FormReading>;
  /** Throws Fault `conflict` while no form is known. */
  fetchLeads(id: ConnectionId, formId?: FormId): Promise<readonly LeadExport[]>;
  listFetches(id: ConnectionId): Promise<readonly LeadExport[]>;
  /** Waits for the push of a test lead. Throws Fault `conflict`, `tiktok-refused`. */
  testLead(id: ConnectionId, wish: TestLeadWish): Promise<TestLeadReport>;
  /** Throws Fault `not-found` (account), `field-invalid`, `conflict` (the name is taken). */
  addAudience(audience: NewAudience): Promise<Audience>;
  listAudiences(): Promise<readonly Audience[]>;
  /** With its tasks, newest first. Throws Fault `not-found`. */
  audienceOf(
    id: AudienceId,
  ): Promise<{ readonly audience: Audience; readonly tasks: readonly AudienceTask[] }>;
  /** Throws Fault `not-found`. */
  previewAudience(id: AudienceId): Promise<AudiencePreview>;
  /** Throws Fault `not-found`, `field-invalid`. */
  planFill(id: AudienceId, wish: FillWish): Promise<AudienceTask>;
}

const FETCHES_SHOWN = 100;

export function tiktokCases(context: AppContext): TikTokCases {
  const { store } = context.ports;
  return {
    beginAuthorisation: (id) => beginAuthorisation(context, id),
    endAuthorisation: (reply) => endAuthorisation(context, reply),
    revokeAccess: (id, by) => revokeAccess(context, id, by),
    accessOf: (id) => accessOf(context, id),
    listAccess: () => store.connectionAccess.list(),
    syncConnection: (id, wish) => syncConnection(context, id, wish),
    planNightlySync: () => planNightlySync(context),
    async listAdAccounts(id) {
      await requireTikTokConnection(context, id);
      return store.adAccounts.ofConnection(id);
    },
    chooseAccount: (id, choice) => chooseAccount(context, id, choice),
    fieldsOf: (id) => readForm(context, id),
    fetchLeads: (id, formId) => requestFetch(context, id, formId),
    async listFetches(id) {
      await requireTikTokConnection(context, id);
      return store.leadExports.ofConnection(id, FETCHES_SHOWN);
    },
    testLead: (id, wish) => testLead(context, id, wish),
    addAudience: (audience) => addAudience(context, audience),
    listAudiences: () => store.audiences.list(),
    async audienceOf(id) {
      const audience = await requireAudience(context, id);
      return { audience, tasks: await store.audiences.tasksOf(id) };
    },
    previewAudience: (id) => previewAudience(context, id),
    planFill: (id, wish) => planFill(context, id, wish),
  };
}
