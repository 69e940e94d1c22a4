/** Placements of static numbers, and what advertising cost. Both are imported; the same key again replaces. */
import type { CostRepository, PlacementRepository } from '../app/ports/number-store.js';
import type { Cost, Placement } from '../domain/numbers/offline.js';
import { mapping } from './mapping.js';
import type { CostRow, PlacementRow } from './number-schema.js';
import type { Database } from './schema.js';

const PLACEMENT = mapping<Placement, PlacementRow>({
  number: 'number',
  startsOn: 'starts_on',
  endsOn: 'ends_on',
  name: 'name',
  labels: { json: 'labels' },
});

export function placementRepository(db: Database): PlacementRepository {
  return {
    async put(placement) {
      const row = PLACEMENT.toRow(placement);
      await db
        .insertInto('placements')
        .values(row)
        .onConflict((conflict) => conflict.columns(['number', 'starts_on']).doUpdateSet(row))
        .execute();
    },
    async list(number) {
      const rows = await db
        .selectFrom('placements')
        .selectAll()
        .$if(number !== undefined, (query) => query.where('number', '=', number ?? ('' as never)))
        .orderBy('number')
        .orderBy('starts_on')
        .execute();
      return rows.map(PLACEMENT.fromRow);
    },
  };
}

const COST = mapping<Cost, CostRow>({
  project: 'project',
  day: 'day',
  source: 'source',
  medium: 'medium',
  campaign: 'campaign',
  amount: 'amount',
  currency: 'currency',
});

export function costRepository(db: Database): CostRepository {
  return {
    async put(cost) {
      const row = COST.toRow(cost);
      await db
        .insertInto('costs')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['project', 'day', 'source', 'medium', 'campaign']).doUpdateSet(row),
        )
        .execute();
    },
    async list({ project, from, to }) {
      const rows = await db
        .selectFrom('costs')
        .selectAll()
        .where('project', '=', project)
        .where('day', '>=', from)
        .where('day', '<=', to)
        .orderBy('day')
        .orderBy('source')
        .orderBy('campaign')
        .execute();
      return rows.map(COST.fromRow);
    },
  };
}
