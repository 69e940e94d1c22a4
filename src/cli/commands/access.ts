/** `apikey add|list|revoke` and `operator passwd`: who may use the API, and which phones may register. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import Table from 'cli-table3';
import type { ApiKeyId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import { hashKey, SCOPES, type Scope } from '../../http/auth.js';
import { systemClock } from '../../telemetry/clock.js';
import { openIds } from '../../main/services.js';
import { setSipPassword, type PasswordAlgorithm } from '../../main/sip-password.js';
import { runs, type Action } from '../context.js';
import { withStore } from '../with-store.js';
import { provision } from './provision.js';

function scopesOf(text: string): Scope[] {
  return text.split(',').map((name) => {
    const scope = SCOPES.find((known) => known === name.trim());
    if (scope === undefined)
      throw new Fault('field-invalid', `"${name}" is no scope; there are ${SCOPES.join(', ')}`);
    return scope;
  });
}

const add: Action<{ scope: string }> = async (context, { scope }, name = '') => {
  const scopes = scopesOf(scope);
  const prefix = randomBytes(4).toString('hex');
  const key = `dt_${prefix}_${randomBytes(32).toString('base64url')}`;
  const id = openIds().next() as ApiKeyId;
  await withStore(context, (store) =>
    store.apiKeys.add({ id, name, prefix, hash: hashKey(key), scopes, createdAt: systemClock.now() }),
  );
  context.output.result(
    { ok: true, id, name, scopes, key },
    () => `${key}\n(shown once; scopes: ${scopes.join(', ')})`,
  );
  return 0;
};

const list: Action<object> = async (context) => {
  const keys = await withStore(context, (store) => store.apiKeys.list());
  context.output.result(
    {
      items: keys.map(({ id, name, prefix, scopes, revokedAt }) => ({
        id,
        name,
        prefix,
        scopes,
        revoked: revokedAt !== undefined,
      })),
    },
    () => {
      const table = new Table({ head: ['id', 'name', 'key', 'scopes', ''] });
      table.push(
        ...keys.map((key) => [
          key.id,
          key.name,
          `dt_${key.prefix}_…`,
          key.scopes.join(', '),
          key.revokedAt === undefined ? '' : 'revoked',
        ]),
      );
      return table.toString();
    },
  );
  return 0;
};

const revoke: Action<object> = async (context, _options, id = '') => {
  await withStore(context, (store) => store.apiKeys.revoke(id as ApiKeyId, systemClock.now()));
  context.output.result({ ok: true, id }, () => `key ${id} is revoked`);
  return 0;
};

async function readPassword(): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question('password: ')).trim();
  } finally {
    lines.close();
  }
}

const ALGORITHMS: Readonly<Record<string, readonly PasswordAlgorithm[]>> = {
  md5: ['MD5'],
  'sha-256': ['SHA-256'],
  both: ['MD5', 'SHA-256'],
};

interface PasswdOptions {
  readonly generate?: true;
  readonly algorithm: string;
}

const passwd: Action<PasswdOptions> = async (context, { generate, algorithm }, user = '') => {
  const algorithms = ALGORITHMS[algorithm];
  if (algorithms === undefined)
    throw new Fault('option-unknown', `--algorithm ${algorithm}: say ${Object.keys(ALGORITHMS).join(', ')}`);
  const generated = generate === undefined ? undefined : randomBytes(12).toString('base64url');
  const password = generated ?? (await readPassword());
  if (password.length < 8) throw new Fault('field-invalid', 'a SIP password needs at least 8 characters');
  await withStore(context, (store, { settings }) =>
    setSipPassword(store, { user, realm: settings.switch.realm, password, algorithms }),
  );
  context.output.result(
    { ok: true, user, ...(generated === undefined ? {} : { password: generated }) },
    () => (generated === undefined ? `the password of ${user} is set` : `${user}: ${generated}`),
  );
  return 0;
};

export function accessCommands(program: Command): void {
  const apikey = program.command('apikey').description('API keys');
  apikey
    .command('add')
    .argument('<name>')
    .option('--scope <scopes>', `comma-separated: ${SCOPES.join(', ')}`, 'read,leads,calls,listen')
    .action(runs(add));
  apikey.command('list').action(runs(list));
  apikey.command('revoke').argument('<id>').action(runs(revoke));
  const operator = program.command('operator').description('operators’ phones');
  operator
    .command('provision')
    .description('what to type into a softphone, with a QR code of its address')
    .argument('<name>')
    .option('--generate', 'give the phone a new password and print it')
    .option('--server <host:port>', 'as the phone reaches us; default: the SIP address of the settings')
    .option('--transport <name>', 'udp, tcp or tls', 'udp')
    .action(runs(provision));
  operator
    .command('passwd')
    .description('set the SIP password of a phone (read from stdin)')
    .argument('<name>')
    .option('--generate', 'make one and print it')
    .option('--algorithm <name>', 'md5 (every phone), sha-256, or both (RFC 8760)', 'md5')
    .action(runs(passwd));
}
