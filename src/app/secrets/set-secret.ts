/** Secrets that settings and connections name as `store:NAME`, sealed; programs keep tokens of their own beside them. */
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';

/** As references write it. Tokens of accounts begin with a prefix that no reference can set or take. */
const NAME = /^[a-z0-9-]{1,64}$/;
const OURS = /^tiktok-token-/;

/** Throws Fault `field-invalid` (name, empty value). */
export async function setSecret({ ports }: AppContext, name: string, value: string): Promise<void> {
  checkName(name);
  if (value === '')
    throw new Fault('field-invalid', 'an empty secret is none', {
      fields: [{ field: 'value', problem: 'expected the secret' }],
    });
  await ports.store.sealedSecrets.put(name, ports.sealer.seal(name, value), ports.clock.now());
}

/** Throws Fault `field-invalid`. */
export async function removeSecret({ ports }: AppContext, name: string): Promise<void> {
  checkName(name);
  await ports.store.sealedSecrets.remove(name);
}

function checkName(name: string): void {
  if (NAME.test(name) && !OURS.test(name)) return;
  throw new Fault('field-invalid', `"${name}" is no name of a secret`, {
    fields: [{ field: 'name', problem: 'expected small letters, digits and hyphens' }],
  });
}
