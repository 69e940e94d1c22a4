/** HA1 of RFC 7616 §3.4.2: what is stored of an operator's SIP password. */
import { createHash } from 'node:crypto';

export interface Ha1Of {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly algorithm: 'MD5' | 'SHA-256';
}

/** Lower-case hex. */
export function digestHa1({ user, realm, password, algorithm }: Ha1Of): string {
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(`${user}:${realm}:${password}`)
    .digest('hex');
}
