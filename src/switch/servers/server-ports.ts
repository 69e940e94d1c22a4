/** What a server of either side is given, and how patiently it is called again. */
import type { Clock, Logger } from '../../app/ports/ports.js';
import type { Deadlines } from '../options.js';

export interface ServerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlines: Deadlines;
}

/** A lost server that is back is found within this time. */
export const RETRY_CEILING_MS = 2000;
