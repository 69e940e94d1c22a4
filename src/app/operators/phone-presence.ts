/** Phones that come and go, told for who watches operators: SSE, webhooks, the timeline. */
import { present } from '../../domain/values/present.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { PhoneChange, Registered } from '../ports/switch.js';

const TOLD = { registered: 'phone.registered', unregistered: 'phone.unregistered' } as const;

/** Never throws: a phone that nobody could be told of works all the same. */
export function tellPhone(context: AppContext, registered: Registered, change: PhoneChange): void {
  const { user, contact, transport, agent } = registered;
  const payload = present({ user, contact, transport, agent });
  const told = commit(context, ({ tell }) => {
    tell({ name: TOLD[change], payload });
    return Promise.resolve();
  });
  told.catch((thrown: unknown) =>
    context.ports.logger.warn({ user, why: messageOf(thrown) }, 'a phone that came or went was not told of'),
  );
}
