/**
 * Who is signed in at the phone of this tab. The password itself is not kept: only its digest for this realm (HA1), until
 * the tab closes, so that a reload does not cost the line.
 */
import { Utils } from 'jssip';

const KEY = 'dialtrace-phone';
const INSTANCE_KEY = 'dialtrace-phone-instance';

export interface Account {
  user: string;
  /** MD5 of user, realm and password (RFC 7616 §3.4.2), all that a registrar checks. */
  ha1: string;
}

/** The same phone after a reload, not another one beside it (RFC 5626 §4.1). */
export function instanceId(): string {
  const kept = sessionStorage.getItem(INSTANCE_KEY) ?? Utils.newUUID();
  sessionStorage.setItem(INSTANCE_KEY, kept);
  return kept;
}

export const accountOf = (user: string, realm: string, password: string): Account => ({
  user,
  ha1: Utils.calculateMD5(`${user}:${realm}:${password}`),
});

export const keptAccount = {
  get(): Account | undefined {
    const kept = sessionStorage.getItem(KEY);
    return kept === null ? undefined : (JSON.parse(kept) as Account);
  },
  set: (account: Account): void => sessionStorage.setItem(KEY, JSON.stringify(account)),
  clear: (): void => sessionStorage.removeItem(KEY),
};
