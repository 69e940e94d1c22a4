/** What every use case gets: ports, settings, the telephony set in force, and the calls this process owns. */
import type { CallRegistry } from './calls/call-registry.js';
import type { StandbyDesk } from './calls/begin/standby-desk.js';
import type { AppConfig, TelephonySet } from './config.js';
import type { AuditDesk } from './numbers/audit-numbers.js';
import type { NumberBook } from './numbers/number-book.js';
import type { Ports } from './ports/ports.js';
import type { QueueDesk } from './queues/queue-desk.js';
import type { RejectionRing } from './signalling/rejection-ring.js';
import type { TraceBook } from './signalling/trace-book.js';

export interface AppContext {
  readonly ports: Ports;
  readonly config: AppConfig;
  readonly calls: CallRegistry;
  readonly numbers: NumberBook;
  readonly traces: TraceBook;
  readonly rejections: RejectionRing;
  readonly audits: AuditDesk;
  readonly standby: StandbyDesk;
  /** The set in force now; with a caller, perhaps a canary. A call keeps the one it began with. */
  set(caller?: string): TelephonySet;
  readonly queues: QueueDesk;
}
