import { describe, expect, it } from 'vitest';
import type { Metrics } from '../../../src/app/ports/ports.js';
import type { EventName, TimelineEvent } from '../../../src/domain/calls/events.js';
import type { CallId, EventId, LeadId } from '../../../src/domain/values/ids.js';
import { countEvents } from '../../../src/telemetry/event-metrics.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';

function feed() {
  let listener: (event: TimelineEvent) => void = () => undefined;
  const seen: string[] = [];
  const checked = createMetrics({ unknown: 'throw', processMetrics: 'off' });
  const metrics: Metrics = {
    count: (name, labels) => {
      checked.count(name, labels);
      seen.push(`${name} ${Object.values(labels ?? {}).join(' ')}`);
    },
    observe: (name, value, labels) => {
      checked.observe(name, value, labels);
      seen.push(`${name} ${Object.values(labels ?? {}).join(' ')} = ${value}`);
    },
  };
  const stop = countEvents(
    {
      publish: () => undefined,
      subscribe: (given) => ((listener = given), () => (listener = () => undefined)),
    },
    metrics,
  );
  const event = (name: EventName, at: number, payload: Record<string, unknown> = {}, callId = 'c1'): void =>
    listener({
      id: `e${at}` as EventId,
      name,
      at,
      payload,
      leadId: 'l1' as LeadId,
      callId: callId as CallId,
    });
  return { event, seen, stop };
}

describe('metrics that follow from events', () => {
  it('counts a callback and measures each stage from its lead, once', () => {
    const { event, seen } = feed();
    event('lead.received', 1000, { status: 'queued', reason: 'call-now' });
    event('call.started', 1010, { direction: 'callback' });
    event('leg.invited', 1020, { role: 'operator' });
    event('leg.invited', 1500, { role: 'operator' });
    event('leg.answered', 3000, { role: 'operator' });
    event('operator.accepted', 9000);
    event('leg.ringing', 9500, { role: 'client' });
    event('call.bridged', 12_000);
    event('call.unbridged', 72_000, { seconds: 60 });
    event('call.ended', 72_000, { direction: 'callback', disposition: 'answered' });
    event('attempt.ended', 72_000, { disposition: 'answered' });
    event('lead.reached', 72_000, { reason: 'reached' });
    expect(seen).toEqual([
      'dialtrace_leads_total queued call-now',
      'dialtrace_stage_seconds operator-invite = 0.02',
      'dialtrace_stage_seconds operator-answer = 2',
      'dialtrace_stage_seconds operator-accept = 8',
      'dialtrace_stage_seconds client-ring = 8.5',
      'dialtrace_stage_seconds talk = 11',
      'dialtrace_talk_seconds none = 60',
      'dialtrace_calls_total callback answered',
      'dialtrace_attempts_total answered',
      'dialtrace_leads_total reached reached',
    ]);
  });

  it('measures no stages of a lead that had to wait', () => {
    const { event, seen } = feed();
    event('lead.received', 1000, { status: 'deferred', reason: 'outside-hours' });
    event('call.started', 90_000);
    event('leg.invited', 90_010, { role: 'operator' });
    expect(seen).toEqual(['dialtrace_leads_total deferred outside-hours']);
  });

  it('stops when told', () => {
    const { event, seen, stop } = feed();
    stop();
    event('recording.ready', 1);
    expect(seen).toEqual([]);
  });
});
