/** The one table of tasks and the one list of housekeeping. The job runner gets both; nothing registers itself. */
import { killOrphans } from './calls/recovery/kill-orphans.js';
import { callLease } from './calls/routing/resources.js';
import type { AppContext } from './context.js';
import { tellDestination } from './destinations/tell-destination.js';
import { expireQuarantine } from './gate/quarantine.js';
import { fetchLead } from './leads/fetch-lead.js';
import { importPush } from './leads/take-push.js';
import { wakeLineJob } from './leads/wake-line.js';
import { placeCallback } from './leads/place-callback.js';
import { removeOldLeases } from './numbers/learn-rates.js';
import { checkRecording } from './recordings/check-recording.js';
import { expireRecordings } from './recordings/expire-recordings.js';
import { followDrained } from './servers/drain-server.js';
import { escalateLead } from './speed/escalate-lead.js';
import { sweep } from './retention/sweep.js';
import type { Chore, TaskTable } from './tasks.js';
import { fillAudience } from './tiktok/fill-audience.js';
import { fetchLeads } from './tiktok/fetch-leads.js';
import { syncConnectionJob } from './tiktok/sync-connection.js';
import { deliverWebhook } from './webhooks/deliver-webhook.js';

export function taskTable(context: AppContext): TaskTable {
  return {
    'place-callback': (job) => placeCallback(context, job),
    'deliver-webhook': (job) => deliverWebhook(context, job),
    'tell-destination': (job) => tellDestination(context, job),
    'check-recording': (job) => checkRecording(context, job),
    'wake-line': (job) => wakeLineJob(context, job),
    'escalate-lead': (job) => escalateLead(context, job),
    'import-push': (job) => importPush(context, job),
    'fetch-lead': (job) => fetchLead(context, job),
    'fetch-missed-leads': (job) => fetchLeads(context, job),
    'fill-audience': (job) => fillAudience(context, job),
    'sync-connection': (job) => syncConnectionJob(context, job),
  };
}

export function choreList(context: AppContext, reconcile: () => Promise<unknown>): readonly Chore[] {
  return [
    { name: 'take-over-calls', everySeconds: 5, run: () => takeOverCalls(context, reconcile) },
    { name: 'follow-drained', everySeconds: 5, run: () => followDrained(context) },
    { name: 'serve-queues', everySeconds: 5, run: () => context.queues.run() },
    { name: 'kill-orphans', everySeconds: 60, run: () => killOrphans(context) },
    {
      name: 'expire-recordings',
      everySeconds: 3600,
      run: () => expireRecordings(context),
    },
    { name: 'expire-quarantine', everySeconds: 3600, run: () => expireQuarantine(context) },
    { name: 'remove-old-leases', everySeconds: 3600, run: () => removeOldLeases(context) },
    { name: 'sweep', everySeconds: 3600, run: () => sweep(context) },
  ];
}

/** Calls whose owner stopped renewing: their process died, or could not write for too long. */
async function takeOverCalls({ ports, calls }: AppContext, reconcile: () => Promise<unknown>): Promise<void> {
  for (const { id } of await ports.store.calls.openCalls()) {
    if (calls.has(id)) continue;
    const lease = await ports.store.leases.heldBy(callLease(id));
    if (lease !== undefined && lease.until > ports.clock.now()) continue;
    await reconcile();
    return;
  }
}
