/** The plans that a stored call ran on, by the version of its telephony set. Called by `explain`, `replay` and `graph`. */
import type { Repositories } from '../../app/ports/store.js';
import type { TelephonySet } from '../../app/config.js';
import type { CallRecord } from '../../domain/calls/call.js';
import type { Plans } from '../../domain/dialplan/session.js';

/** Undefined for calls of before there were versions. Each version is read once. */
export function storedPlans({
  telephonySets,
}: Pick<Repositories, 'telephonySets'>): (call: CallRecord) => Promise<Plans | undefined> {
  const known = new Map<number, Plans | undefined>();
  return async ({ setVersion }) => {
    if (setVersion === undefined) return undefined;
    if (!known.has(setVersion)) {
      const version = await telephonySets.byNumber(setVersion);
      const body = version === undefined ? undefined : await telephonySets.byHash(version.hash);
      known.set(setVersion, body === undefined ? undefined : (JSON.parse(body) as TelephonySet).plans);
    }
    return known.get(setVersion);
  };
}
