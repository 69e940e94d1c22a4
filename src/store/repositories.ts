/** All repositories over one database or one transaction of it. */
import type { Repositories } from '../app/ports/store.js';
import { apiKeyRepository } from './api-keys.js';
import { attemptRepository } from './attempts.js';
import { attributionRepository } from './attributions.js';
import { callFromRow, callRepository } from './calls.js';
import { connectionRepository } from './connections.js';
import { credentialRepository } from './credentials.js';
import { doNotCallRepository } from './do-not-call.js';
import { eventRepository } from './events.js';
import type { KeptEvents } from './events.js';
import { flagRepository } from './flags.js';
import { formRepository } from './forms.js';
import { idempotencyRepository } from './idempotency.js';
import { jobRepository } from './jobs.js';
import type { JobRepositoryOptions, RenewableJobs } from './jobs.js';
import { leadFromRow, leadRepository } from './leads.js';
import { leaseRepository } from './leases.js';
import type { RenewableLeases } from './leases.js';
import { numberLeaseRepository } from './number-leases.js';
import { numberRepository } from './numbers.js';
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

export function repositoriesOf(db: Database, options: JobRepositoryOptions): StoreRepositories {
  return {
    leads: leadRepository(db),
    attempts: attemptRepository(db),
    calls: callRepository(db),
    recordings: recordingRepository(db),
    events: eventRepository(db),
    outbox: outboxRepository(db),
    jobs: jobRepository(db, options),
    leases: leaseRepository(db),
    connections: connectionRepository(db),
    forms: formRepository(db),
    pushes: pushRepository(db),
    idempotency: idempotencyRepository(db),
    apiKeys: apiKeyRepository(db),
    credentials: credentialRepository(db),
    flags: flagRepository(db),
    registrations: registrationRepository(db),
    operatorStates: operatorStateRepository(db),
    telephonySets: telephonySetRepository(db),
    queue: queueRepository(db),
    doNotCall: doNotCallRepository(db),
    people: peopleRepository(db, { leadOf: leadFromRow, callOf: callFromRow }),
    visitors: visitorRepository(db),
    signalling: signallingRepository(db),
    numbers: numberRepository(db),
    numberLeases: numberLeaseRepository(db),
    attributions: attributionRepository(db),
    placements: placementRepository(db),
    costs: costRepository(db),
  };
}
