/** What came into a call, one row a step: replayed against other plans. */
import type { CallRepository } from '../app/ports/store.js';
import type { CallStepInputs } from '../domain/calls/call.js';
import { mapping } from './mapping.js';
import { inserting } from './row-statements.js';
import type { CallInputRow, Database } from './schema.js';

const INPUTS = mapping<CallStepInputs, CallInputRow>({
  callId: 'call_id',
  step: 'step',
  at: 'at',
  inputs: 'inputs',
});

const INSERT = inserting('call_inputs');

export function inputRepository(db: Database): Pick<CallRepository, 'addInputs' | 'inputsOf'> {
  return {
    async addInputs(inputs) {
      await INSERT(db, [INPUTS.toRow(inputs)]);
    },
    async inputsOf(callId) {
      const rows = db.selectFrom('call_inputs').selectAll().where('call_id', '=', callId);
      return (await rows.orderBy('step').execute()).map(INPUTS.fromRow);
    },
  };
}
