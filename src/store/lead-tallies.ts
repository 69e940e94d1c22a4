/** Leads and their calls, counted by form or advertisement. One query: the index on a lead's calls serves it. */
import { sql } from 'kysely';
import type { LeadTallyRepository } from '../app/ports/lead-tallies.js';
import type { TallyGrouping } from '../domain/leads/lead-tally.js';
import { present } from '../domain/values/present.js';
import type { Database } from './schema.js';

const COLUMNS = {
  form: 'leads.form_id',
  ad: 'leads.ad',
  ad_group: 'leads.ad_group',
  campaign: 'leads.campaign',
} as const satisfies Readonly<Record<TallyGrouping, string>>;

export function leadTallyRepository(db: Database): LeadTallyRepository {
  return {
    async count({ by, connectionId, from, to }) {
      const key = COLUMNS[by];
      const all = db
        .selectFrom('leads')
        .leftJoin('calls', 'calls.lead_id', 'leads.id')
        .leftJoin('forms', 'forms.id', 'leads.form_id')
        .where('leads.received_at', '>=', from)
        .where('leads.received_at', '<', to)
        .where('leads.test', 'is', null)
        .groupBy(key)
        .select([
          sql<string | null>`${sql.ref(key)}`.as('key'),
          sql<string | null>`min(forms.display_name)`.as('name'),
          sql<number>`count(distinct leads.id)`.as('leads'),
          sql<number>`count(distinct case when leads.status = 'reached' then leads.id end)`.as('reached'),
          sql<number>`count(calls.id)`.as('calls'),
          sql<number>`count(calls.bridged_at)`.as('talks'),
          sql<number>`max(leads.received_at)`.as('last_lead_at'),
        ])
        .orderBy('leads', 'desc')
        .orderBy('key');
      const wanted = connectionId === undefined ? all : all.where('leads.connection_id', '=', connectionId);
      return (await wanted.execute()).map(({ key: value, name, last_lead_at: lastLeadAt, ...counts }) => ({
        ...counts,
        lastLeadAt,
        ...present({ key: value ?? undefined, name: (by === 'form' ? name : undefined) ?? undefined }),
      }));
    },
  };
}
