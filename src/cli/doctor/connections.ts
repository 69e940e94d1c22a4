/** May we still act for the accounts that connections stand for, and do their leads come? As a sync last found it. */
import type { Connection } from '../../domain/leads/lead.js';
import { ACCESS_REMEDIES } from '../../domain/tiktok/access.js';
import { isWanted } from '../../domain/tiktok/ad-account.js';
import { openConfiguredStore } from '../../main/services.js';
import type { Configuration } from '../../settings/configuration.js';
import type { OpenedStore } from '../../store/open-store.js';
import { failure, ok, warning, type Finding } from './finding.js';

type Accounts = Pick<OpenedStore, 'connections' | 'connectionAccess' | 'adAccounts'>;

/** Nothing when no account was ever authorised. Throws Fault `store-unavailable`. */
export async function checkConnections({ settings }: Configuration): Promise<Finding[]> {
  const store = await openConfiguredStore(settings);
  try {
    return await connectionFindings(store);
  } finally {
    await store.close();
  }
}

export async function connectionFindings(store: Accounts): Promise<Finding[]> {
  const all = (await store.connections.list()).filter(({ enabled }) => enabled === 'on');
  return (await Promise.all(all.map((connection) => findingsOf(store, connection)))).flat();
}

async function findingsOf(store: Accounts, { id, name }: Connection): Promise<Finding[]> {
  const access = await store.connectionAccess.of(id);
  if (access === undefined) return [];
  const check = `connection ${name}`;
  const remedy = ACCESS_REMEDIES[access.state]?.replace('NAME', JSON.stringify(name));
  const told = `${access.state}${access.why === undefined ? '' : `: ${access.why}`}`;
  if (remedy !== undefined) return [failure(check, told, remedy)];
  const wanted = (await store.adAccounts.ofConnection(id)).filter(isWanted);
  const silent = wanted.filter(({ webhook }) => webhook !== 'subscribed');
  const sentences = silent.map((account) =>
    warning(
      `${check}, account ${account.name}`,
      account.webhookWhy ?? 'Its leads are not pushed yet.',
      `Run \`dialtrace connections sync ${JSON.stringify(name)}\`; docs/tiktok.md says what is needed.`,
    ),
  );
  return [ok(check, `${told}, ${wanted.length} ad accounts`), ...sentences];
}
