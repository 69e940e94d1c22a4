/** A form is added by hand, before its first lead: site and internal connections post leads with its id. */
import type { Form } from '../../domain/leads/lead.js';
import type { ConnectionId, FormId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { checkForm, type FormChange } from './set-form.js';

export type NewForm = FormChange & { readonly connectionId: ConnectionId; readonly externalId: string };

/** Throws Fault `not-found` (connection), `conflict` (the connection has it already), and as `setForm`. */
export async function addForm(context: AppContext, fresh: NewForm): Promise<Form> {
  checkForm(context, fresh);
  const { store, ids, clock } = context.ports;
  return store.transaction(async (tx) => {
    if ((await tx.connections.byId(fresh.connectionId)) === undefined)
      throw new Fault('not-found', `There is no connection ${fresh.connectionId}.`);
    const form: Form = {
      enabled: 'on',
      displayName: fresh.externalId,
      staticUtm: {},
      fieldMap: {},
      ...fresh,
      id: ids.next() as FormId,
      createdAt: clock.now(),
    };
    if ((await tx.forms.add(form)) === 'exists')
      throw new Fault('conflict', `The connection has a form ${fresh.externalId} already.`);
    return form;
  });
}
