/** Deals of the CRM: one row a deal, as it stands now. */
import type { DealFilter, DealRepository, ReportedDeal } from '../app/ports/deal-store.js';
import type { Page } from '../app/ports/store.js';
import type { Deal } from '../domain/deals/deal.js';
import type { DealId } from '../domain/values/ids.js';
import type { DealRow } from './integration-rows.js';
import { mapping } from './mapping.js';
import { given, keysetOf, pageOf } from './paging.js';
import type { Database } from './schema.js';
import { applyChange } from './writes.js';

const DEAL = mapping<Deal, DealRow>({
  id: 'id',
  externalId: 'external_id',
  project: 'project',
  status: 'status',
  stage: 'stage',
  amount: 'amount',
  currency: 'currency',
  openedAt: 'opened_at',
  at: 'at',
  phone: 'phone',
  callId: 'call_id',
  leadId: 'lead_id',
  visitorId: 'visitor_id',
  gaClientId: 'ga_client_id',
  metricaClientId: 'metrica_client_id',
  userId: 'user_id',
  matchedBy: 'matched_by',
  contactAt: 'contact_at',
  touches: { json: 'touches' },
  labels: { json: 'labels' },
});

export const dealFromRow = DEAL.fromRow;

/** Amounts and sources stay for reports. */
export const DEAL_WITHOUT_PERSON = {
  phone: null,
  visitor_id: null,
  ga_client_id: null,
  metrica_client_id: null,
  user_id: null,
} as const satisfies Partial<DealRow>;

export function dealRepository(db: Database): DealRepository {
  const select = () => db.selectFrom('deals').selectAll();
  return {
    async add(deal) {
      await db.insertInto('deals').values(DEAL.toRow(deal)).execute();
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row && DEAL.fromRow(row);
    },
    async byExternalId(externalId) {
      const row = await select().where('external_id', '=', externalId).executeTakeFirst();
      return row && DEAL.fromRow(row);
    },
    async replace(deal) {
      const set = DEAL.toRow(deal);
      await applyChange({
        what: `deal ${deal.id}`,
        set,
        run: () => db.updateTable('deals').set(set).where('id', '=', deal.id).executeTakeFirst(),
      });
    },
    list: (filter) => listDeals(db, filter),
    async reported({ since, until, limit }): Promise<readonly ReportedDeal[]> {
      const rows = await select()
        .where((eb) =>
          eb.or([
            eb.and([eb('opened_at', '>=', since), eb('opened_at', '<', until)]),
            eb.and([eb('at', '>=', since), eb('at', '<', until)]),
          ]),
        )
        .orderBy('opened_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(DEAL.fromRow);
    },
  };
}

async function listDeals(db: Database, filter: DealFilter): Promise<Page<Deal>> {
  const { limit, cursor, status, phone, leadId, callId, externalId, project } = filter;
  const { from = 0, to = Number.MAX_SAFE_INTEGER } = filter;
  const start = keysetOf(cursor);
  const equal = given({
    status,
    phone,
    project,
    lead_id: leadId,
    call_id: callId,
    external_id: externalId,
  });
  const rows = await db
    .selectFrom('deals')
    .selectAll()
    .where((eb) => eb.and(equal))
    .where('opened_at', '>=', from)
    .where('opened_at', '<', to)
    .where((eb) => eb(eb.refTuple('opened_at', 'id'), '<', eb.tuple(start.at, start.id as DealId)))
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return pageOf(rows.map(DEAL.fromRow), limit, ({ openedAt, id }) => ({ at: openedAt, id }));
}
