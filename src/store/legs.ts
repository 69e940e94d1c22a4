/** Legs of calls. Where a leg lives in the switch is one value for the domain and one column each here. */
import type { CallRepository } from '../app/ports/store.js';
import type { LegIdentity, LegRecord } from '../domain/calls/call.js';
import type { CallId } from '../domain/values/ids.js';
import { mapping } from './mapping.js';
import { inserting, updating } from './row-statements.js';
import type { Database, LegRow } from './schema.js';
import { statement } from './statements.js';
import { changeRow } from './writes.js';

type PlainLeg = Omit<LegRecord, 'identity'>;

const LEG = mapping<PlainLeg, LegRow>({
  id: 'id',
  callId: 'call_id',
  role: 'role',
  party: 'party',
  state: 'state',
  invitedAt: 'invited_at',
  ringingAt: 'ringing_at',
  answeredAt: 'answered_at',
  endedAt: 'ended_at',
  ending: { json: 'ending' },
  disposition: 'disposition',
});

const IDENTITY = mapping<LegIdentity, LegRow>({
  sipCallId: 'sip_call_id',
  signallingNode: 'signalling_node',
  transactionId: 'transaction_id',
  dialogId: 'dialog_id',
  mediaNode: 'media_node',
  channelUuid: 'channel_uuid',
});

const INSERT = inserting('legs');
const UPDATE = updating('legs');

const OF_CALL = statement<{ readonly callId: CallId }, LegRow>((db, { callId }) =>
  db.selectFrom('legs').selectAll().where('call_id', '=', callId).orderBy('invited_at').orderBy('id'),
);

type LegMethods = Pick<CallRepository, 'addLeg' | 'updateLeg' | 'legsOf' | 'legByChannel'>;

export function legRepository(db: Database): LegMethods {
  const select = () => db.selectFrom('legs').selectAll();
  return {
    async addLeg({ identity, ...leg }) {
      await INSERT(db, [{ ...LEG.toRow(leg), ...IDENTITY.toRow(identity) }]);
    },
    /** An identity replaces the old one whole: after a gateway failover nothing of the first INVITE may stay. */
    async updateLeg(id, { identity, ...change }) {
      const set = { ...LEG.toChange(change), ...(identity === undefined ? {} : IDENTITY.toRow(identity)) };
      await changeRow({ what: `leg ${id}`, set, run: () => UPDATE(db, id, set) });
    },
    async legsOf(callId) {
      return (await OF_CALL(db, { callId })).rows.map(legOf);
    },
    async legByChannel(channelUuid) {
      const row = await select().where('channel_uuid', '=', channelUuid).executeTakeFirst();
      return row === undefined ? undefined : legOf(row);
    },
  };
}

function legOf(row: LegRow): LegRecord {
  return { ...LEG.fromRow(row), identity: IDENTITY.fromRow(row) };
}
