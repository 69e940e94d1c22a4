/** Gives a phone its SIP password: only hashes are stored, and those of an earlier password go. */
import type { Store } from '../app/ports/store.js';
import { digestHa1 } from '../sip/digest.js';

export type PasswordAlgorithm = 'MD5' | 'SHA-256';

export interface SipPassword {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  /**
   * What the phone is challenged with (RFC 8760). MD5 alone is understood by every phone; some refuse a challenge that
   * offers SHA-256 beside it, though the RFC tells them to choose.
   */
  readonly algorithms: readonly PasswordAlgorithm[];
}

export function setSipPassword(
  store: Store,
  { user, realm, password, algorithms }: SipPassword,
): Promise<void> {
  return store.transaction(async ({ credentials }) => {
    await credentials.remove(user, realm);
    for (const algorithm of algorithms)
      await credentials.set(
        user,
        realm,
        algorithm,
        digestHa1({ username: user, realm, password, algorithm }),
      );
  });
}
