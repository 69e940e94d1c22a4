/**
 * Metrics that follow from committed events: what the timeline tells is what is counted, so use cases count nothing
 * themselves. main subscribes it once.
 */
import type { Events, Metrics } from '../app/ports/ports.js';
import type { EventName, TimelineEvent } from '../domain/calls/events.js';
import type { Instant } from '../domain/values/ids.js';

/** Leads and calls whose start is remembered; the oldest go first. More than can be on their way at once. */
const MOST_REMEMBERED = 10_000;

/** Insertion-ordered map that forgets its oldest. */
class Recent<V> {
  readonly #values = new Map<string, V>();

  set(key: string, value: V): void {
    this.#values.set(key, value);
    const oldest = this.#values.size > MOST_REMEMBERED ? this.#values.keys().next() : undefined;
    if (oldest?.done === false) this.#values.delete(oldest.value);
  }

  take(key: string): V | undefined {
    const value = this.#values.get(key);
    this.#values.delete(key);
    return value;
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }
}

/** Seconds from the lead to each stage of its first call; leads that had to wait are left out. */
const STAGES: readonly { readonly event: EventName; readonly role?: string; readonly stage: string }[] = [
  { event: 'leg.invited', role: 'operator', stage: 'operator-invite' },
  { event: 'leg.answered', role: 'operator', stage: 'operator-answer' },
  { event: 'operator.accepted', stage: 'operator-accept' },
  { event: 'leg.ringing', role: 'client', stage: 'client-ring' },
  { event: 'call.bridged', stage: 'talk' },
];

interface CallWatch {
  readonly leadAt: Instant;
  readonly seen: Set<string>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : 'none');

/** Answers how to stop. */
export function countEvents(events: Events, metrics: Metrics): () => void {
  const leads = new Recent<Instant>();
  const calls = new Recent<CallWatch>();
  const counters: Partial<Record<EventName, (event: TimelineEvent) => void>> = {
    'lead.received': (event) => {
      metrics.count('dialtrace_leads_total', {
        status: text(event.payload['status']),
        reason: text(event.payload['reason']),
      });
      if (event.leadId !== undefined && event.payload['status'] === 'queued')
        leads.set(event.leadId, event.at);
    },
    'lead.reached': (event) =>
      metrics.count('dialtrace_leads_total', { status: 'reached', reason: text(event.payload['reason']) }),
    'lead.unreached': (event) =>
      metrics.count('dialtrace_leads_total', { status: 'unreached', reason: text(event.payload['reason']) }),
    'lead.late': (event) =>
      metrics.count('dialtrace_leads_late_total', { step: String(event.payload['step']) }),
    'attempt.ended': (event) =>
      metrics.count('dialtrace_attempts_total', { disposition: text(event.payload['disposition']) }),
    'call.started': (event) => {
      const leadAt = event.leadId === undefined ? undefined : leads.take(event.leadId);
      if (leadAt !== undefined && event.callId !== undefined)
        calls.set(event.callId, { leadAt, seen: new Set() });
    },
    'call.ended': (event) => countCall(metrics, event),
    'leg.ended': (event) =>
      metrics.count('dialtrace_legs_total', {
        role: text(event.payload['role']),
        disposition: text(event.payload['disposition']),
      }),
    'call.unbridged': (event) => {
      const seconds = event.payload['seconds'];
      if (typeof seconds === 'number')
        metrics.observe('dialtrace_talk_seconds', seconds, { direction: text(event.payload['direction']) });
    },
    'recording.ready': () => metrics.count('dialtrace_recordings_total', { outcome: 'ready' }),
    'recording.failed': () => metrics.count('dialtrace_recordings_total', { outcome: 'failed' }),
  };
  return events.subscribe((event) => {
    counters[event.name]?.(event);
    if (event.callId !== undefined) observeStage(metrics, event, calls.get(event.callId));
    if (event.name === 'call.ended' && event.callId !== undefined) calls.take(event.callId);
  });
}

function countCall(metrics: Metrics, { payload }: TimelineEvent): void {
  metrics.count('dialtrace_calls_total', {
    direction: text(payload['direction']),
    disposition: text(payload['disposition']),
  });
}

/** Each stage once a call: the second operator who is rung is not the first INVITE. */
function observeStage(metrics: Metrics, event: TimelineEvent, watch: CallWatch | undefined): void {
  if (watch === undefined) return;
  for (const { event: name, role, stage } of STAGES) {
    if (
      name !== event.name ||
      (role !== undefined && event.payload['role'] !== role) ||
      watch.seen.has(stage)
    )
      continue;
    watch.seen.add(stage);
    metrics.observe('dialtrace_stage_seconds', (event.at - watch.leadAt) / 1000, { stage });
  }
}
