/** What was synchronised from ad platforms: ad accounts, their forms, and fetches of leads. */
import type {
  AdAccountRepository,
  InstantFormRepository,
  LeadExportRepository,
} from '../app/ports/tiktok-store.js';
import type { AdAccount } from '../domain/tiktok/ad-account.js';
import type { InstantForm } from '../domain/tiktok/instant-form.js';
import type { LeadExport } from '../domain/tiktok/lead-export.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { AdAccountRow, InstantFormRow, LeadExportRow } from './tiktok-rows.js';
import { applyChange } from './writes.js';

const ACCOUNT = mapping<AdAccount, AdAccountRow>({
  connectionId: 'connection_id',
  externalId: 'external_id',
  name: 'name',
  status: 'status',
  role: 'role',
  company: 'company',
  timeZone: 'time_zone',
  currency: 'currency',
  chosen: 'chosen',
  webhook: 'webhook',
  subscriptionId: 'subscription_id',
  webhookWhy: 'webhook_why',
  syncedAt: 'synced_at',
  goneAt: 'gone_at',
});

export function adAccountRepository(db: Database): AdAccountRepository {
  return {
    async put(account) {
      const row = ACCOUNT.toRow(account);
      await db
        .insertInto('ad_accounts')
        .values(row)
        .onConflict((conflict) => conflict.columns(['connection_id', 'external_id']).doUpdateSet(row))
        .execute();
    },
    async update(connectionId, externalId, change) {
      const set = ACCOUNT.toChange(change);
      await applyChange({
        what: `ad account ${externalId}`,
        set,
        run: () =>
          db
            .updateTable('ad_accounts')
            .set(set)
            .where('connection_id', '=', connectionId)
            .where('external_id', '=', externalId)
            .executeTakeFirst(),
      });
    },
    async ofConnection(connectionId) {
      const all = db.selectFrom('ad_accounts').selectAll().where('connection_id', '=', connectionId);
      return (await all.orderBy('name').orderBy('external_id').execute()).map(ACCOUNT.fromRow);
    },
  };
}

const FORM = mapping<InstantForm, InstantFormRow>({
  formId: 'form_id',
  connectionId: 'connection_id',
  accountId: 'account_id',
  title: 'title',
  status: 'status',
  fields: { json: 'fields' },
  seenAt: 'seen_at',
  changedAt: 'changed_at',
});

export function instantFormRepository(db: Database): InstantFormRepository {
  const select = () => db.selectFrom('instant_forms').selectAll();
  return {
    async put(form) {
      const row = FORM.toRow(form);
      await db
        .insertInto('instant_forms')
        .values(row)
        .onConflict((conflict) => conflict.column('form_id').doUpdateSet(row))
        .execute();
    },
    async ofForm(formId) {
      const row = await select().where('form_id', '=', formId).executeTakeFirst();
      return row && FORM.fromRow(row);
    },
    async ofConnection(connectionId) {
      const all = select().where('connection_id', '=', connectionId).orderBy('title').orderBy('form_id');
      return (await all.execute()).map(FORM.fromRow);
    },
  };
}

const EXPORT = mapping<LeadExport, LeadExportRow>({
  id: 'id',
  connectionId: 'connection_id',
  formId: 'form_id',
  accountId: 'account_id',
  region: 'region',
  taskId: 'task_id',
  state: 'state',
  why: 'why',
  found: 'found',
  added: 'added',
  repeated: 'repeated',
  askedAt: 'asked_at',
  endedAt: 'ended_at',
});

export function leadExportRepository(db: Database): LeadExportRepository {
  const select = () => db.selectFrom('lead_exports').selectAll();
  return {
    async add(fetched) {
      await db.insertInto('lead_exports').values(EXPORT.toRow(fetched)).execute();
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row && EXPORT.fromRow(row);
    },
    async update(id, change) {
      const set = EXPORT.toChange(change);
      await applyChange({
        what: `fetch of leads ${id}`,
        set,
        run: () => db.updateTable('lead_exports').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async ofConnection(connectionId, limit) {
      const all = select().where('connection_id', '=', connectionId).orderBy('asked_at', 'desc');
      return (await all.orderBy('id', 'desc').limit(limit).execute()).map(EXPORT.fromRow);
    },
  };
}
