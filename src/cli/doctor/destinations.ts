/** Checks of destinations and webhooks: secrets that are not there, and deliveries that were given up lately. */
import type { DeliveryState } from '../../app/ports/delivery-store.js';
import { secretsOf } from '../../domain/destinations/kinds/table.js';
import type { Telephony } from '../../domain/routing/telephony.js';
import type { Services } from '../../main/services.js';
import { ok, warning, type Finding } from './finding.js';

/** Looked at of each receiver. */
const LATEST = 50;

export async function destinationFindings(
  { webhooks, destinations = {} }: Telephony,
  { secrets, store }: Pick<Services, 'secrets' | 'store'>,
): Promise<readonly Finding[]> {
  const receivers = [
    ...Object.values(webhooks).map(({ name, secretRef }) => ({ name, references: [secretRef] })),
    ...Object.values(destinations).map((one) => ({ name: one.name, references: secretsOf(one) })),
  ];
  const findings: Finding[] = [];
  for (const { name, references } of receivers) {
    const missing = await missingSecrets(secrets, references);
    const { items } = await store.outbox.list({ limit: LATEST, endpoint: name });
    findings.push(findingOf(name, missing, items));
  }
  return findings;
}

async function missingSecrets(
  secrets: Services['secrets'],
  references: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const reference of references)
    if (((await secrets.get(reference)) ?? '') === '') missing.push(reference);
  return missing;
}

interface Delivered {
  readonly state: DeliveryState;
  readonly lastError?: string;
}

function findingOf(name: string, missing: readonly string[], latest: readonly Delivered[]): Finding {
  const check = `told: ${name}`;
  if (missing.length > 0)
    return warning(check, `there is no secret ${missing.join(', ')}`, 'Set it where the server runs.');
  const dead = latest.filter(({ state }) => state === 'dead');
  const last = dead[0]?.lastError ?? '';
  if (dead.length > 0)
    return warning(
      check,
      `${dead.length} of the latest ${latest.length} were given up: ${last}`,
      `Look with \`dialtrace destination deliveries ${name}\`, then \`destination resend ${name} --dead\`.`,
    );
  const waiting = latest.filter(({ state, lastError }) => state === 'waiting' && lastError !== undefined);
  if (waiting.length > 0)
    return warning(
      check,
      `${waiting.length} wait for another try: ${waiting[0]?.lastError ?? ''}`,
      'What the text says; they are tried for about three days.',
    );
  return ok(
    check,
    latest.length === 0 ? 'nothing was told yet' : `${latest.length} deliveries, none given up`,
  );
}
