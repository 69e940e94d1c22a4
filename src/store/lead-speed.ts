/** The first time of each stage of reaching a client, per lead: what the speed board is made of. One statement. */
import { sql } from 'kysely';
import type { LeadRepository } from '../app/ports/store.js';
import type { Instant, LeadId } from '../domain/values/ids.js';
import { present } from '../domain/values/present.js';
import type { Database } from './schema.js';

interface SpeedOfLead {
  readonly id: LeadId;
  readonly received_at: Instant;
  readonly due_at: Instant;
  readonly form_name: string | null;
  readonly group_name: string | null;
  readonly operator: string | null;
  readonly rang_at: Instant | null;
  readonly accepted_at: Instant | null;
  readonly client_rang_at: Instant | null;
  readonly talk_at: Instant | null;
}

/** Leads that were to be called: those without a time were refused, repeated others, or never dialled. */
export function speedOver(db: Database): Pick<LeadRepository, 'speedOf'> {
  return {
    async speedOf({ from, to, limit }) {
      const { rows } = await sql<SpeedOfLead>`
        select l.id, l.received_at, l.due_at, l.form_name, l.group_name,
          (select c.operator from calls c where c.lead_id = l.id and c.operator is not null
            order by c.started_at limit 1) as operator,
          min(case when g.role = 'operator' then coalesce(g.ringing_at, g.answered_at) end) as rang_at,
          (select min(e.at) from events e where e.lead_id = l.id and e.name = 'operator.accepted') as accepted_at,
          min(case when g.role = 'client' then g.ringing_at end) as client_rang_at,
          min(c.bridged_at) as talk_at
        from leads l left join calls c on c.lead_id = l.id left join legs g on g.call_id = c.id
        where l.received_at >= ${from} and l.received_at < ${to} and l.due_at is not null
        group by l.id order by l.received_at desc limit ${limit}`.execute(db);
      return rows.map((row) => ({
        id: row.id,
        receivedAt: row.received_at,
        dueAt: row.due_at,
        ...present({
          form: row.form_name ?? undefined,
          group: row.group_name ?? undefined,
          operator: row.operator ?? undefined,
          rangAt: row.rang_at ?? undefined,
          acceptedAt: row.accepted_at ?? undefined,
          clientRangAt: row.client_rang_at ?? undefined,
          talkAt: row.talk_at ?? undefined,
        }),
      }));
    },
  };
}
