/** All repositories over one database or one transaction of it. */
import type { Repositories } from '../app/ports/store.js';
import { adAccountRepository, instantFormRepository, leadExportRepository } from './ad-accounts.js';
import { apiKeyRepository } from './api-keys.js';
import { attemptRepository } from './attempts.js';
import { attributionRepository } from './attributions.js';
import { audienceRepository } from './audiences.js';
import {
  connectionAccessRepository,
  oauthStateRepository,
  sealedSecretRepository,
} from './authorisations.js';
import { callFromRow, callRepository } from './calls.js';
import { connectionRepository } from './connections.js';
import { conversationRepository } from './conversations.js';
import { credentialRepository } from './credentials.js';
import { dealFromRow, dealRepository } from './deals.js';
import { destinationMemoryRepository, exchangeRepository } from './destinations.js';
import { doNotCallRepository } from './do-not-call.js';
import { eventRepository } from './events.js';
import type { KeptEvents } from './events.js';
import { flagRepository } from './flags.js';
import { formRepository } from './forms.js';
import { idempotencyRepository } from './idempotency.js';
import { jobRepository } from './jobs.js';
import type { JobRepositoryOptions, RenewableJobs } from './jobs.js';
import { leadFromRow, leadRepository } from './leads.js';
import { leadTallyRepository } from './lead-tallies.js';
import { leaseRepository } from './leases.js';
import type { RenewableLeases } from './leases.js';
import { numberLeaseRepository } from './number-leases.js';
import { numberRepository } from './numbers.js';
import { numberAuditRepository } from './number-audits.js';
import { costRepository, placementRepository } from './offline.js';
import { operatorStateRepository } from './operator-states.js';
import { outboxRepository } from './outbox.js';
import type { KeptOutbox } from './outbox.js';
import { queueRepository } from './queue.js';
import { peopleRepository } from './people.js';
import { pushRepository } from './pushes.js';
import { recordingRepository } from './recordings.js';
import { registrationRepository } from './registrations.js';
import type { Database } from './schema.js';
import { signallingRepository } from './signalling.js';
import { telephonySetRepository } from './telephony-sets.js';
import { visitorRepository } from './visitors.js';

/** The port's repositories, with what retention and renewal need beyond it. */
export interface StoreRepositories extends Repositories {
  readonly events: KeptEvents;
  readonly outbox: KeptOutbox;
  readonly jobs: RenewableJobs;
  readonly leases: RenewableLeases;
}

type Make<Repository> = (db: Database, options: JobRepositoryOptions) => Repository;

const MAKERS: { readonly [Name in keyof StoreRepositories]: Make<StoreRepositories[Name]> } = {
  leads: leadRepository,
  attempts: attemptRepository,
  calls: callRepository,
  recordings: recordingRepository,
  events: eventRepository,
  outbox: outboxRepository,
  jobs: jobRepository,
  leases: leaseRepository,
  connections: connectionRepository,
  forms: formRepository,
  pushes: pushRepository,
  conversations: conversationRepository,
  idempotency: idempotencyRepository,
  apiKeys: apiKeyRepository,
  credentials: credentialRepository,
  flags: flagRepository,
  registrations: registrationRepository,
  operatorStates: operatorStateRepository,
  telephonySets: telephonySetRepository,
  queue: queueRepository,
  doNotCall: doNotCallRepository,
  people: (db) => peopleRepository(db, { leadOf: leadFromRow, callOf: callFromRow, dealOf: dealFromRow }),
  visitors: visitorRepository,
  signalling: signallingRepository,
  numbers: numberRepository,
  numberLeases: numberLeaseRepository,
  attributions: attributionRepository,
  placements: placementRepository,
  costs: costRepository,
  numberAudits: numberAuditRepository,
  deals: dealRepository,
  leadTallies: leadTallyRepository,
  sealedSecrets: sealedSecretRepository,
  oauthStates: oauthStateRepository,
  connectionAccess: connectionAccessRepository,
  adAccounts: adAccountRepository,
  instantForms: instantFormRepository,
  leadExports: leadExportRepository,
  audiences: audienceRepository,
  exchanges: exchangeRepository,
  destinationMemory: destinationMemoryRepository,
};

/** All of them, for as long as the store is open. */
export function repositoriesOf(db: Database, options: JobRepositoryOptions): StoreRepositories {
  return Object.fromEntries(
    Object.entries(MAKERS).map(([name, make]) => [name, make(db, options)]),
  ) as unknown as StoreRepositories;
}

/** Each made when first asked for: a transaction needs three or four, and there are many transactions. */
export function repositoriesWithin(tx: Database, options: JobRepositoryOptions): StoreRepositories {
  return new RepositoriesWithin(tx, options) as unknown as StoreRepositories;
}

class RepositoriesWithin {
  readonly db: Database;
  readonly options: JobRepositoryOptions;

  constructor(db: Database, options: JobRepositoryOptions) {
    this.db = db;
    this.options = options;
  }
}

for (const [name, make] of Object.entries(MAKERS))
  Object.defineProperty(RepositoriesWithin.prototype, name, {
    get(this: RepositoriesWithin) {
      const value = make(this.db, this.options);
      Object.defineProperty(this, name, { value });
      return value;
    },
  });
