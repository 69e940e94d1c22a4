/** Waits until all servers of a switch that was just dialled are connected, or its time is up. */
import type { Clock } from '../app/ports/ports.js';
import type { Switch, SwitchStatus } from '../app/ports/switch.js';

const DEADLINE_MS = 10_000;
const PROBE_MS = 50;

export async function settleSwitch(
  connection: Switch,
  clock: Clock,
  deadlineMs = DEADLINE_MS,
): Promise<SwitchStatus> {
  const until = clock.now() + deadlineMs;
  for (;;) {
    const status = connection.status();
    const isSettled = status.signalling === 'ready' && status.media === 'ready' && allThere(connection);
    if (isSettled || clock.now() >= until) return status;
    await new Promise<void>((done) => clock.after(PROBE_MS, done));
  }
}

function allThere(connection: Switch): boolean {
  return connection.servers().every(({ state }) => state === 'ready');
}
