/** Recordings of talks; the files themselves are kept by the Files port. */
import type { RecordingRepository } from '../app/ports/store.js';
import type { RecordingRecord } from '../domain/calls/call.js';
import { mapping } from './mapping.js';
import type { Database, RecordingRow } from './schema.js';
import { applyChange } from './writes.js';

const RECORDING = mapping<RecordingRecord, RecordingRow>({
  id: 'id',
  callId: 'call_id',
  path: 'path',
  channelRoles: { json: 'channel_roles' },
  startedAt: 'started_at',
  state: 'state',
  channels: 'channels',
  sampleRate: 'sample_rate',
  seconds: 'seconds',
  bytes: 'bytes',
  box: 'box',
  failure: 'failure',
});

export function recordingRepository(db: Database): RecordingRepository {
  const select = () => db.selectFrom('recordings').selectAll();
  return {
    async add(recording) {
      await db.insertInto('recordings').values(RECORDING.toRow(recording)).execute();
    },
    async update(id, change) {
      const set = RECORDING.toChange(change);
      await applyChange({
        what: `recording ${id}`,
        set,
        run: () => db.updateTable('recordings').set(set).where('id', '=', id).executeTakeFirst(),
      });
    },
    async byId(id) {
      const row = await select().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : RECORDING.fromRow(row);
    },
    async ofCall(callId) {
      const rows = await select().where('call_id', '=', callId).orderBy('started_at').orderBy('id').execute();
      return rows.map(RECORDING.fromRow);
    },
    async olderThan(before, limit) {
      const over = select().where('state', 'in', ['ready', 'failed']).where('started_at', '<', before);
      return (await over.orderBy('started_at').orderBy('id').limit(limit).execute()).map(RECORDING.fromRow);
    },
  };
}
