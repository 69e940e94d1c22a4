/** Waits until a switch that was just dialled is connected, or its time is up. */
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
    if ((status.signalling === 'ready' && status.media === 'ready') || clock.now() >= until) return status;
    await new Promise<void>((done) => clock.after(PROBE_MS, done));
  }
}
