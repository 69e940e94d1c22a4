/** The parts of the Store port that serve authorised accounts: sealed secrets, authorisations, what was synchronised. */
import type { Access } from '../../domain/tiktok/access.js';
import type { AdAccount } from '../../domain/tiktok/ad-account.js';
import type { Audience, AudienceId, AudienceTask, AudienceTaskId } from '../../domain/tiktok/audience.js';
import type { InstantForm } from '../../domain/tiktok/instant-form.js';
import type { SegmentCall, SegmentLead } from '../../domain/tiktok/segment.js';
import type { LeadExport, LeadExportId } from '../../domain/tiktok/lead-export.js';
import type { ConnectionId, FormId, Instant } from '../../domain/values/ids.js';

/** Values are sealed by the Sealer port before they come here. */
export interface SealedSecretRepository {
  put(name: string, sealed: string, at: Instant): Promise<void>;
  get(name: string): Promise<string | undefined>;
  remove(name: string): Promise<void>;
}

/** Authorisations that were begun; each ends once. */
export interface OauthStateRepository {
  add(state: {
    readonly hash: string;
    readonly connectionId: ConnectionId;
    readonly expiresAt: Instant;
  }): Promise<void>;
  /** Takes it away: the second to ask gets nothing. Undefined when unknown or expired. */
  take(hash: string, now: Instant): Promise<ConnectionId | undefined>;
}

export interface ConnectionAccessRepository {
  put(access: Access): Promise<void>;
  of(connectionId: ConnectionId): Promise<Access | undefined>;
  list(): Promise<readonly Access[]>;
}

export interface AdAccountRepository {
  /** Adds it, or renews what TikTok says of it. */
  put(account: AdAccount): Promise<void>;
  update(connectionId: ConnectionId, externalId: string, change: Partial<AdAccount>): Promise<void>;
  ofConnection(connectionId: ConnectionId): Promise<readonly AdAccount[]>;
}

export interface InstantFormRepository {
  put(form: InstantForm): Promise<void>;
  ofForm(formId: FormId): Promise<InstantForm | undefined>;
  ofConnection(connectionId: ConnectionId): Promise<readonly InstantForm[]>;
}

export interface LeadExportRepository {
  add(fetched: LeadExport): Promise<void>;
  byId(id: LeadExportId): Promise<LeadExport | undefined>;
  update(id: LeadExportId, change: Partial<Omit<LeadExport, 'id'>>): Promise<void>;
  /** Newest first. */
  ofConnection(connectionId: ConnectionId, limit: number): Promise<readonly LeadExport[]>;
}

export interface AudienceRepository {
  /** Throws Fault `conflict` when the connection has one of this name. */
  add(audience: Audience): Promise<void>;
  byId(id: AudienceId): Promise<Audience | undefined>;
  update(id: AudienceId, change: Partial<Omit<Audience, 'id'>>): Promise<void>;
  list(): Promise<readonly Audience[]>;
  addTask(task: AudienceTask): Promise<void>;
  taskById(id: AudienceTaskId): Promise<AudienceTask | undefined>;
  updateTask(id: AudienceTaskId, change: Partial<Omit<AudienceTask, 'id'>>): Promise<void>;
  /** In the order of their making, after this id: for segments. */
  leadsAfter(id: string, limit: number): Promise<readonly SegmentLead[]>;
  callsAfter(id: string, limit: number): Promise<readonly (SegmentCall & { readonly id: string })[]>;
  /** Newest first. */
  tasksOf(id: AudienceId): Promise<readonly AudienceTask[]>;
}

export interface TikTokRepositories {
  readonly sealedSecrets: SealedSecretRepository;
  readonly oauthStates: OauthStateRepository;
  readonly connectionAccess: ConnectionAccessRepository;
  readonly adAccounts: AdAccountRepository;
  readonly instantForms: InstantFormRepository;
  readonly leadExports: LeadExportRepository;
  readonly audiences: AudienceRepository;
}
