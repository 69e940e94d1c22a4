/** Authorised accounts as JSON: access, ad accounts, what a sync found. */
import { z } from 'zod';
import type { SyncReport } from '../../app/tiktok/sync-connection.js';
import { ACCESS_REMEDIES, type Access } from '../../domain/tiktok/access.js';
import { ACCOUNT_ROLES, standingOf, type AdAccount } from '../../domain/tiktok/ad-account.js';
import { isoTime, isoTimeOrNull, optionalTime, time } from './common.js';

export const accessSchema = z
  .object({
    connection_id: z.string(),
    state: z.enum(['not-authorised', 'authorised', 're-authorise', 'insufficient-access']),
    why: z.string().nullable(),
    remedy: z.string().nullable(),
    scopes: z.array(z.string()),
    changed_at: optionalTime,
    checked_at: optionalTime,
  })
  .meta({ id: 'ConnectionAccess' });

export function accessJson({
  connectionId,
  state,
  why,
  scopes,
  changedAt,
  checkedAt,
}: Access): z.input<typeof accessSchema> {
  return {
    connection_id: connectionId,
    state,
    why: why ?? null,
    remedy: ACCESS_REMEDIES[state],
    scopes: [...scopes],
    changed_at: isoTimeOrNull(changedAt === 0 ? undefined : changedAt),
    checked_at: isoTimeOrNull(checkedAt === 0 ? undefined : checkedAt),
  };
}

export const adAccountSchema = z
  .object({
    account_id: z.string(),
    name: z.string(),
    company: z.string().nullable(),
    status: z.string(),
    standing: z.enum(['active', 'pending', 'rejected', 'blocked', 'unknown']),
    status_text: z.string(),
    role: z.string(),
    role_text: z.string(),
    time_zone: z.string().nullable(),
    currency: z.string().nullable(),
    chosen: z.enum(['on', 'off']),
    webhook: z.enum(['none', 'subscribed', 'renew', 'missing']),
    webhook_why: z.string().nullable(),
    synced_at: time,
    gone_at: optionalTime,
  })
  .meta({ id: 'AdAccount' });

export function adAccountJson(account: AdAccount): z.input<typeof adAccountSchema> {
  const { standing, text } = standingOf(account.status);
  return {
    account_id: account.externalId,
    name: account.name,
    company: account.company ?? null,
    status: account.status,
    standing,
    status_text: text,
    role: account.role,
    role_text: ACCOUNT_ROLES[account.role] ?? account.role,
    time_zone: account.timeZone ?? null,
    currency: account.currency ?? null,
    chosen: account.chosen,
    webhook: account.webhook,
    webhook_why: account.webhookWhy ?? null,
    synced_at: isoTime(account.syncedAt),
    gone_at: isoTimeOrNull(account.goneAt),
  };
}

export const syncSchema = z
  .object({
    access: accessSchema,
    accounts: z.array(adAccountSchema),
    gaps: z.array(z.string()).meta({ description: 'What could not be done, a sentence each' }),
  })
  .meta({ id: 'SyncReport' });

export function syncJson({ access, accounts, gaps }: SyncReport): z.input<typeof syncSchema> {
  return { access: accessJson(access), accounts: accounts.map(adAccountJson), gaps: [...gaps] };
}
