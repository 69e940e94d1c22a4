/** One lead: what the person wrote, the attempts to call, the timeline. */
import { Anchor, Badge, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Action } from './action.js';
import { api } from './api.js';
import type { Attempt, LeadDetail } from './records.js';
import { addressOf } from './choice.js';
import { Fact, Facts, Loaded, Section, Sheet } from './parts.js';
import { SpokenBefore } from './spoken-time.js';
import { EventTimeline } from './timeline.js';
import { VisitorSection } from './visitor.js';
import { dateAndClock, plain, STATUS_COLOURS } from './words.js';

function Attempts({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return <Text c="dimmed">No attempt yet.</Text>;
  return (
    <Table aria-label="Attempts" verticalSpacing={6} horizontalSpacing={0}>
      <Table.Tbody>
        {attempts.map(({ attempt_id, number, started_at, disposition, state, call_id, next_attempt_at }) => (
          <Table.Tr key={attempt_id}>
            <Table.Td>
              #{number} at {dateAndClock(started_at)}
            </Table.Td>
            <Table.Td>
              <Badge variant="light" color={STATUS_COLOURS[disposition ?? ''] ?? 'gray'}>
                {plain(disposition ?? state)}
              </Badge>
            </Table.Td>
            <Table.Td>{next_attempt_at === null ? '' : `next at ${dateAndClock(next_attempt_at)}`}</Table.Td>
            <Table.Td ta="right">
              {call_id !== null && (
                <Anchor href={addressOf({ tab: 'calls', id: call_id })}>Open the call</Anchor>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Origin({ lead }: { lead: LeadDetail }) {
  const filled = [
    ['phone', lead.phone ?? lead.raw_phone],
    ['form', lead.form_name],
    ['ad', lead.ad],
    ['campaign', lead.campaign],
    ['received', dateAndClock(lead.received_at)],
    ['to be called', lead.will_call_at === null ? null : dateAndClock(lead.will_call_at)],
    ...lead.answers.map(({ field, value }) => [field, value] as const),
    ...Object.entries(lead.touch),
  ] as const;
  return (
    <Facts>
      {filled.map(([name, value]) =>
        value === null || value === undefined ? null : (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ),
      )}
    </Facts>
  );
}

const WAITING = ['queued', 'deferred'];

/** What may be ordered of a lead in this state; nothing once it is decided. */
function Orders({ lead: { lead_id: id, status } }: { lead: LeadDetail }) {
  if (status === 'quarantined')
    return (
      <Group gap="xs">
        <Action label="Release" run={() => api.releaseLead(id)} />
        <Action label="Refuse" colour="red" run={() => api.refuseLead(id)} />
      </Group>
    );
  if (!WAITING.includes(status)) return null;
  return (
    <Group gap="xs">
      <Action label="Call now" run={() => api.callLead(id)} />
      <Action
        label="Do not call"
        colour="red"
        question="No call to this lead any more?"
        run={() => api.withdrawLead(id)}
      />
    </Group>
  );
}

export function LeadView({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['lead', id], queryFn: () => api.lead(id) });
  return (
    <Loaded query={query}>
      {(lead) => (
        <Sheet title={lead.client_name ?? lead.phone ?? 'Lead without a name'} status={lead.status}>
          <Text c="dimmed" mt={-8}>
            {lead.reason.text}
          </Text>
          <Orders lead={lead} />
          {lead.time_spoken_in !== null && <SpokenBefore callId={lead.time_spoken_in} />}
          <Origin lead={lead} />
          <VisitorSection kind="leads" id={id} />
          <Section title="Attempts">
            <Attempts attempts={lead.attempts} />
          </Section>
          <Section title="Timeline">
            <EventTimeline events={lead.timeline} />
          </Section>
        </Sheet>
      )}
    </Loaded>
  );
}
