/** One fetch of the leads that TikTok keeps of a form (90 days), to fill the gaps that pushes left. */
import type { Brand, ConnectionId, FormId, Instant } from '../values/ids.js';

export type LeadExportId = Brand<string, 'LeadExportId'>;

/** Leads of people in the EEA, Switzerland and the UK, and of the US, are kept apart from those of the world. */
export const LEAD_REGIONS = ['world', 'eu', 'us'] as const;
export type LeadRegion = (typeof LEAD_REGIONS)[number];

export interface LeadExport {
  readonly id: LeadExportId;
  readonly connectionId: ConnectionId;
  readonly formId: FormId;
  readonly accountId: string;
  readonly region: LeadRegion;
  /** TikTok's, once it has begun. */
  readonly taskId?: string;
  readonly state: 'asked' | 'running' | 'done' | 'failed';
  readonly why?: string;
  readonly found: number;
  readonly added: number;
  readonly repeated: number;
  readonly askedAt: Instant;
  readonly endedAt?: Instant;
}
