/**
 * Breaks a promise on purpose, so that the chaos run can show that its judge notices. Called by main.ts only when
 * DIALTRACE_SABOTAGE is set; a program that people call with never sees it.
 */
import { Fault } from '../errors.js';
import type { Environment, Services } from './services.js';

type Store = Services['store'];
type Repositories = Parameters<Parameters<Store['transaction']>[0]>[0];

/** Throws Fault `settings-invalid` for a promise it does not know. */
export function sabotaged(services: Services, { DIALTRACE_SABOTAGE: promise }: Environment): Services {
  if (promise === undefined) return services;
  if (promise !== 'no-intent') throw new Fault('settings-invalid', `there is no sabotage ${promise}`);
  services.logger.error({ sabotage: promise }, 'this program breaks its promises on purpose');
  const { store } = services;
  const forgetful: Store = {
    ...store,
    ...withoutIntents(store),
    transaction: (work) => store.transaction((tx) => work({ ...tx, ...withoutIntents(tx) })),
  };
  return { ...services, store: forgetful };
}

/** The INVITE leaves, but nothing of it is stored before: no leg, no activity, no claim on the operator's device. */
function withoutIntents({ calls, leases }: Repositories): Pick<Repositories, 'calls' | 'leases'> {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    calls: { ...calls, addLeg: nothing, updateLeg: nothing, addActivity: nothing },
    leases: {
      ...leases,
      take: (resource, ...rest) =>
        resource.startsWith('device:') ? Promise.resolve('taken') : leases.take(resource, ...rest),
    },
  };
}
