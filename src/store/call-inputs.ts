/** What came into a call, one row a step: replayed against other plans. */
import type { CallRepository } from '../app/ports/store.js';
import type { CallStepInputs } from '../domain/calls/call.js';
import { mapping } from './mapping.js';
import type { CallInputRow, Database } from './schema.js';

const INPUTS = mapping<CallStepInputs, CallInputRow>({
  callId: 'call_id',
  step: 'step',
  at: 'at',
  inputs: 'inputs',
});

export function inputRepository(db: Database): Pick<CallRepository, 'addInputs' | 'inputsOf'> {
  return {
    async addInputs(inputs) {
      await db.insertInto('call_inputs').values(INPUTS.toRow(inputs)).execute();
    },
    async inputsOf(callId) {
      const rows = db.selectFrom('call_inputs').selectAll().where('call_id', '=', callId);
      return (await rows.orderBy('step').execute()).map(INPUTS.fromRow);
    },
  };
}
