/** Certificates of trunks: PEM files, checked when the set is read and remembered by their contents. */
import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { gatewayKey } from '../domain/routing/gateway-key.js';
import type { Gateway, TrunkTls } from '../domain/routing/telephony.js';
import { present } from '../domain/values/present.js';
import { messageOf } from '../errors.js';
import type { UnfitValue } from './rates.js';
import type { TelephonyYaml } from './telephony-schema.js';

export interface ReadTls {
  readonly tls: Readonly<Record<string, TrunkTls>>;
  readonly problems: readonly UnfitValue[];
}

type TlsYaml = NonNullable<TelephonyYaml['trunks'][string]['tls']>;

const FILES = ['ca', 'certificate', 'key'] as const;

/** Never throws for what an admin wrote. */
export async function readTrunkTls(
  directory: string,
  { trunks }: TelephonyYaml,
  kind: 'embedded' | 'external',
): Promise<ReadTls> {
  const tls: Record<string, TrunkTls> = {};
  const problems: UnfitValue[] = [...conflictsIn(trunks)];
  for (const [name, { tls: yaml }] of Object.entries(trunks)) {
    if (yaml === undefined) continue;
    const path = ['trunks', name, 'tls'];
    if (kind === 'external') problems.push({ path, ...NOT_EXTERNAL });
    const read = await readFiles(directory, yaml);
    if ('problem' in read)
      problems.push({ path: [...path, ...read.problem.at], message: read.problem.message });
    else tls[name] = read;
  }
  return { tls, problems };
}

const NOT_EXTERNAL = {
  message:
    'a drachtio-server has one certificate and one list of authorities for all peers, not one for each trunk: set `chain-file` ' +
    'and the certificates in its drachtio.conf.xml, and remove this',
};

type Read = TrunkTls | { readonly problem: { readonly at: readonly string[]; readonly message: string } };

async function readFiles(directory: string, yaml: TlsYaml): Promise<Read> {
  const texts = new Map<string, string>();
  for (const file of FILES) {
    const given = yaml[file];
    if (given === undefined) continue;
    try {
      texts.set(file, await readFile(resolve(directory, given), 'utf8'));
      if (file !== 'key') new X509Certificate(texts.get(file) ?? '');
    } catch (error) {
      return { problem: { at: [file], message: `${given} is no certificate file: ${messageOf(error)}` } };
    }
  }
  try {
    createSecureContext(present({ cert: texts.get('certificate'), key: texts.get('key') }));
  } catch (error) {
    return { problem: { at: ['key'], message: `the key does not fit the certificate: ${messageOf(error)}` } };
  }
  const place = (file: string | undefined) => (file === undefined ? undefined : resolve(directory, file));
  return present({
    caFile: place(yaml.ca),
    certificateFile: place(yaml.certificate),
    keyFile: place(yaml.key),
    serverName: yaml.serverName,
    fingerprint: createHash('sha256')
      .update(JSON.stringify([...texts]))
      .digest('hex')
      .slice(0, 16),
  });
}

/** One connection serves every trunk that goes to its address: two certificates for it cannot be. */
function conflictsIn(trunks: TelephonyYaml['trunks']): readonly UnfitValue[] {
  const seen = new Map<string, { readonly trunk: string; readonly terms: string }>();
  const problems: UnfitValue[] = [];
  for (const [trunk, { gateways, tls }] of Object.entries(trunks))
    for (const gateway of gateways.filter(isSecure)) {
      const key = gatewayKey(present(gateway));
      const terms = JSON.stringify(tls ?? null);
      const other = seen.get(key);
      if (other !== undefined && other.terms !== terms)
        problems.push({
          path: ['trunks', trunk, ...(tls === undefined ? [] : ['tls'])],
          message: `trunk ${other.trunk} has another \`tls\` for the same gateway ${key}`,
        });
      seen.set(key, { trunk, terms });
    }
  return problems;
}

export function isSecure({ transport }: Pick<Gateway, 'transport'>): boolean {
  return transport === 'tls' || transport === 'auto';
}
