/** An interrupted run ends through `exit`, whose handlers kill its children; a signal alone would leave them running. */
import { constants } from 'node:os';

const SIGNAL_EXIT = 128;

export function leaveNothingBehind(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => process.exit(SIGNAL_EXIT + constants.signals[name]));
}
