/** `start`: the server. SIGTERM and SIGINT drain it. */
import type { Command } from 'commander';
import { startDialtrace } from '../../main.js';
import { requireConfiguration } from '../../settings/configuration.js';
import { runs, type Action } from '../context.js';
import { letYoungHeapGrow } from '../young-heap.js';

const start: Action<object> = async ({ configDirectory, environment, output, signal }) => {
  const source = { directory: configDirectory, environment };
  const dialtrace = await startDialtrace({
    configuration: await requireConfiguration(source),
    environment,
    source,
  });
  letYoungHeapGrow();
  output.say(`Dialtrace listens on ${dialtrace.url} (page at /, API at /docs)`);
  if (dialtrace.embedded !== undefined)
    output.say(`phones register and call at SIP port ${dialtrace.embedded.sipPort}`);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  output.say('stopping: no new calls, running ones may end');
  const { callsLeft } = await dialtrace.stop();
  output.result({ ok: true, calls_left: callsLeft }, () =>
    callsLeft === 0 ? 'stopped' : `stopped; ${callsLeft} call(s) go on and are taken over by the next start`,
  );
  return 0;
};

export function startCommand(program: Command): void {
  program.command('start').description('run the server').action(runs(start));
}
