/** TikTok's business API, as the use cases ask it; src/tiktok implements it. A refusal is a value, never an exception. */
import type { AccountFacts } from '../../domain/tiktok/ad-account.js';
import type { AudienceAction } from '../../domain/tiktok/audience.js';
import type { ExportedRow, FetchedLead } from '../../domain/tiktok/exported-lead.js';
import type { InstantFormFacts } from '../../domain/tiktok/instant-form.js';
import type { LeadRegion } from '../../domain/tiktok/lead-export.js';
import type { Refusal } from '../../domain/tiktok/refusals.js';
import type { AudienceStanding } from '../../domain/tiktok/upload-rules.js';
import type { Instant } from '../../domain/values/ids.js';

export type TikTokAnswer<T> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** What an advertiser gave the app. The token has no end of its own: it lives until it is revoked. */
export interface Grant {
  readonly token: string;
  readonly scopes: readonly string[];
}

/** Where the leads of an ad account are pushed to. */
export interface LeadSubscription {
  readonly id: string;
  readonly callbackUrl: string;
  /** Absent when it is of a library or of no account. */
  readonly accountId?: string;
  /** Present when it is of one form only. */
  readonly formId?: string;
}

interface AudiencePlace {
  readonly accountId: string;
  readonly audienceId: string;
}

export interface AudienceAtTikTok extends AudienceStanding {
  /** When programs changed it. */
  readonly changedByUsAt: readonly Instant[];
}

/** A form where TikTok keeps it. */
export interface FormPlace {
  readonly accountId: string;
  readonly formId: string;
}

interface Region {
  readonly region: LeadRegion;
}

interface Task {
  readonly taskId: string;
}

export interface LeadExportState extends Task {
  readonly progress: 'running' | 'ready' | 'failed';
}

export interface TikTok {
  /** Reference of the app's secret, which signs the pushes too. */
  readonly secretRef: string;
  /** Where the advertiser says yes. */
  authorisationUrl(request: { readonly state: string; readonly redirectUrl: string }): string;
  exchange(authCode: string): Promise<TikTokAnswer<Grant>>;
  revoke(token: string): Promise<TikTokAnswer<undefined>>;
  /** Ids of the ad accounts that the token's user granted. */
  accountIds(token: string): Promise<TikTokAnswer<readonly string[]>>;
  accounts(token: string, ids: readonly string[]): Promise<TikTokAnswer<readonly AccountFacts[]>>;
  /** All of the app, whichever account. */
  subscriptions(): Promise<TikTokAnswer<readonly LeadSubscription[]>>;
  /** Every form of the account. Answers the subscription's id. */
  subscribe(wish: {
    readonly token: string;
    readonly accountId: string;
    readonly callbackUrl: string;
  }): Promise<TikTokAnswer<string>>;
  unsubscribe(subscriptionId: string): Promise<TikTokAnswer<undefined>>;

  /** Instant forms of the account, drafts too. */
  forms(token: string, accountId: string): Promise<TikTokAnswer<readonly InstantFormFacts[]>>;
  /** Names under which leads of the form carry its answers. */
  formFields(token: string, form: FormPlace): Promise<TikTokAnswer<readonly string[]>>;

  startExport(token: string, wish: FormPlace & Region): Promise<TikTokAnswer<LeadExportState>>;
  exportState(token: string, task: FormPlace & Region & Task): Promise<TikTokAnswer<LeadExportState>>;
  /** The file is there for some ten minutes. */
  downloadExport(
    token: string,
    task: FormPlace & Region & Task,
  ): Promise<TikTokAnswer<readonly ExportedRow[]>>;

  /** One a form: making a second asks for the removal of the first. */
  createTestLead(token: string, form: FormPlace): Promise<TikTokAnswer<FetchedLead>>;
  testLead(token: string, form: FormPlace): Promise<TikTokAnswer<FetchedLead>>;
  removeTestLead(
    token: string,
    lead: { readonly accountId: string; readonly leadId: string },
  ): Promise<TikTokAnswer<undefined>>;

  /** Answers its path, which only this account can use. */
  uploadAudienceFile(
    token: string,
    file: { readonly accountId: string; readonly calculateType: string; readonly text: string },
  ): Promise<TikTokAnswer<string>>;
  /** Answers its id. */
  createAudience(
    token: string,
    audience: {
      readonly accountId: string;
      readonly name: string;
      readonly calculateType: string;
      readonly filePaths: readonly string[];
    },
  ): Promise<TikTokAnswer<string>>;
  updateAudience(
    token: string,
    change: AudiencePlace & {
      readonly action: AudienceAction;
      readonly filePaths: readonly string[];
    },
  ): Promise<TikTokAnswer<undefined>>;
  /** Undefined when it is not there. */
  audience(token: string, audience: AudiencePlace): Promise<TikTokAnswer<AudienceAtTikTok | undefined>>;
  /** Id of the audience of this name; undefined when there is none. */
  findAudience(
    token: string,
    audience: { readonly accountId: string; readonly name: string },
  ): Promise<TikTokAnswer<string | undefined>>;
}
