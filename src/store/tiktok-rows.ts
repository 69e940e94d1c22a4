/** Rows of the tables of 0020-ad-accounts, as schema.ts lists them. */
import type { Access } from '../domain/tiktok/access.js';
import type { AdAccount } from '../domain/tiktok/ad-account.js';
import type { Audience, AudienceTask } from '../domain/tiktok/audience.js';
import type { LeadExport } from '../domain/tiktok/lead-export.js';
import type { ConnectionId, FormId, Instant } from '../domain/values/ids.js';

export interface SealedSecretRow {
  readonly name: string;
  readonly sealed: string;
  readonly changed_at: Instant;
}

export interface OauthStateRow {
  readonly hash: string;
  readonly connection_id: ConnectionId;
  readonly expires_at: Instant;
}

export interface ConnectionAccessRow {
  readonly connection_id: ConnectionId;
  readonly state: Access['state'];
  readonly why: string | null;
  readonly scopes: string;
  readonly changed_at: Instant;
  readonly checked_at: Instant;
}

export interface AdAccountRow {
  readonly connection_id: ConnectionId;
  readonly external_id: string;
  readonly name: string;
  readonly status: string;
  readonly role: string;
  readonly company: string | null;
  readonly time_zone: string | null;
  readonly currency: string | null;
  readonly chosen: AdAccount['chosen'];
  readonly webhook: AdAccount['webhook'];
  readonly subscription_id: string | null;
  readonly webhook_why: string | null;
  readonly synced_at: Instant;
  readonly gone_at: Instant | null;
}

export interface InstantFormRow {
  readonly form_id: FormId;
  readonly connection_id: ConnectionId;
  readonly account_id: string;
  readonly title: string;
  readonly status: string;
  readonly fields: string;
  readonly seen_at: Instant;
  readonly changed_at: Instant | null;
}

export interface LeadExportRow {
  readonly id: LeadExport['id'];
  readonly connection_id: ConnectionId;
  readonly form_id: FormId;
  readonly account_id: string;
  readonly region: LeadExport['region'];
  readonly task_id: string | null;
  readonly state: LeadExport['state'];
  readonly why: string | null;
  readonly found: number;
  readonly added: number;
  readonly repeated: number;
  readonly asked_at: Instant;
  readonly ended_at: Instant | null;
}

export interface AudienceRow {
  readonly id: Audience['id'];
  readonly connection_id: ConnectionId;
  readonly account_id: string;
  readonly name: string;
  readonly schema: Audience['schema'];
  readonly segment: string;
  readonly state: Audience['state'];
  readonly why: string | null;
  readonly external_id: string | null;
  readonly matched: number | null;
  readonly created_at: Instant;
  readonly checked_at: Instant | null;
}

export interface AudienceTaskRow {
  readonly id: AudienceTask['id'];
  readonly audience_id: Audience['id'];
  readonly action: AudienceTask['action'];
  readonly trigger: AudienceTask['trigger'];
  readonly state: AudienceTask['state'];
  readonly run_at: Instant;
  readonly why: string | null;
  readonly total: number | null;
  readonly valid: number | null;
  readonly file_path: string | null;
  readonly by: string;
  readonly created_at: Instant;
  readonly sent_at: Instant | null;
  readonly ended_at: Instant | null;
}

export interface TikTokTables {
  readonly sealed_secrets: SealedSecretRow;
  readonly oauth_states: OauthStateRow;
  readonly connection_access: ConnectionAccessRow;
  readonly ad_accounts: AdAccountRow;
  readonly instant_forms: InstantFormRow;
  readonly lead_exports: LeadExportRow;
  readonly audiences: AudienceRow;
  readonly audience_tasks: AudienceTaskRow;
}
