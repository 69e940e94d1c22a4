/** What the gate asks about leads: counts by what they share, and those it holds. Part of the leads repository. */
import type { LeadSharing } from '../app/ports/people.js';
import type { LeadRepository } from '../app/ports/store.js';
import { FINAL_LEAD_STATUSES, type Lead, type LeadStatus } from '../domain/leads/lead.js';
import type { E164 } from '../domain/values/ids.js';
import type { Database, LeadRow } from './schema.js';
import { statement } from './statements.js';

/** Nobody is called for these, so they use up nobody's budget. A lead held in quarantine may still be let out. */
const NOT_LET_IN: readonly LeadStatus[] = ['blocked', 'quarantined', 'duplicate', 'not-dialled', 'no-phone'];

const COLUMNS = {
  phone: 'phone',
  address: 'client_address',
  network: 'client_network',
  form: 'form_id',
  connection: 'connection_id',
} as const satisfies Record<Exclude<LeadSharing['by'], 'everything'>, keyof LeadRow>;

type GateQueries = Pick<LeadRepository, 'countLetIn' | 'countForms' | 'openOfPhone' | 'quarantinedBefore'>;

const OPEN_OF_PHONE = statement<{ readonly phone: E164 }, LeadRow>((db, { phone }) =>
  db
    .selectFrom('leads')
    .selectAll()
    .where('phone', '=', phone)
    .where('status', 'not in', FINAL_LEAD_STATUSES)
    .orderBy('received_at')
    .orderBy('id'),
);

export function gateQueriesOver(db: Database, fromRow: (row: LeadRow) => Lead): GateQueries {
  const shared = (sharing: LeadSharing, since: number) => {
    const recent = db.selectFrom('leads').where('received_at', '>=', since);
    return sharing.by === 'everything'
      ? recent
      : recent.where(COLUMNS[sharing.by], '=', sharing.value as never);
  };
  return {
    async countLetIn(sharing, since) {
      const { count } = await shared(sharing, since)
        .where('status', 'not in', NOT_LET_IN)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    async countForms(sharing, since, except) {
      const { count } = await shared(sharing, since)
        .where((eb) => eb.and(except === undefined ? [] : [eb('form_id', '<>', except)]))
        .select(({ fn }) => fn.count<number>('form_id').distinct().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    async openOfPhone(phone) {
      return (await OPEN_OF_PHONE(db, { phone })).rows.map(fromRow);
    },
    async quarantinedBefore(before, limit) {
      const rows = await db
        .selectFrom('leads')
        .selectAll()
        .where('status', '=', 'quarantined')
        .where('received_at', '<', before)
        .orderBy('received_at')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
  };
}
