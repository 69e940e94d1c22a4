/** Forms of connections and their settings. Unique by connection and the source's own id. */
import type { FormRepository } from '../app/ports/store.js';
import type { Form } from '../domain/leads/lead.js';
import { mapping } from './mapping.js';
import type { Database } from './schema.js';
import type { FormRow } from './source-rows.js';
import { applyChange } from './writes.js';

const FORM = mapping<Form, FormRow>({
  id: 'id',
  connectionId: 'connection_id',
  externalId: 'external_id',
  enabled: 'enabled',
  displayName: 'display_name',
  staticUtm: { json: 'static_utm' },
  whisperTemplate: 'whisper_template',
  locale: 'locale',
  country: 'country',
  group: 'group_name',
  policy: 'policy',
  fieldMap: { json: 'field_map' },
  createdAt: 'created_at',
});

export function formRepository(db: Database): FormRepository {
  const select = () => db.selectFrom('forms').selectAll();
  return {
    async add(form) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('forms')
        .values(FORM.toRow(form))
        .onConflict((conflict) => conflict.columns(['connection_id', 'external_id']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n ? 'added' : 'exists';
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : FORM.fromRow(row);
    },
    async byExternalId(connectionId, externalId) {
      const one = select().where('connection_id', '=', connectionId).where('external_id', '=', externalId);
      const row = await one.executeTakeFirst();
      return row === undefined ? undefined : FORM.fromRow(row);
    },
    async list(connectionId) {
      const all = select().orderBy('display_name').orderBy('id');
      const wanted = connectionId === undefined ? all : all.where('connection_id', '=', connectionId);
      return (await wanted.execute()).map(FORM.fromRow);
    },
    async update(id, change) {
      const set = FORM.toChange(change);
      await applyChange({
        what: `form ${id}`,
        set,
        run: () => db.updateTable('forms').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
  };
}
