/** One lead with its attempts, one call with legs, whisper, recording and timeline. */
import {
  Alert,
  Anchor,
  Badge,
  Blockquote,
  Group,
  Paper,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Timeline,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, type Attempt, type CallDetail, type Leg, type TimelineEvent } from './api.js';
import type { Chosen } from './app.js';
import { Player } from './player.js';
import { clock, dateAndClock, duration, eventColour, eventText, STATUS_COLOURS } from './words.js';

interface DetailProps {
  id: string;
  onChoose: (chosen: Chosen) => void;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text size="xs" c="dimmed" tt="uppercase">
        {name}
      </Text>
      <Text>{children}</Text>
    </div>
  );
}

function Events({ events }: { events: TimelineEvent[] }) {
  return (
    <Timeline bulletSize={14} lineWidth={2}>
      {events.map((event) => (
        <Timeline.Item key={event.id} color={eventColour(event.name)} title={event.name}>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {clock(event.at)} {eventText(event)}
          </Text>
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Loaded<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: Error | null };
  children: (value: T) => ReactNode;
}) {
  if (query.error !== null)
    return (
      <Alert color="red" title="This could not be loaded">
        {query.error.message}
      </Alert>
    );
  return query.data === undefined ? <Skeleton h={320} /> : children(query.data);
}

function Attempts({ attempts, onChoose }: { attempts: Attempt[]; onChoose: DetailProps['onChoose'] }) {
  if (attempts.length === 0) return <Text c="dimmed">No attempt yet.</Text>;
  return (
    <Table>
      <Table.Tbody>
        {attempts.map(({ attempt_id, number, started_at, disposition, state, call_id, next_attempt_at }) => (
          <Table.Tr key={attempt_id}>
            <Table.Td>#{number}</Table.Td>
            <Table.Td>{dateAndClock(started_at)}</Table.Td>
            <Table.Td>
              <Badge variant="light" color={STATUS_COLOURS[disposition ?? ''] ?? 'gray'}>
                {disposition ?? state}
              </Badge>
            </Table.Td>
            <Table.Td>{next_attempt_at === null ? '' : `next ${dateAndClock(next_attempt_at)}`}</Table.Td>
            <Table.Td>
              {call_id !== null && (
                <Anchor component="button" onClick={() => onChoose({ kind: 'call', id: call_id })}>
                  call
                </Anchor>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function LeadView({ id, onChoose }: DetailProps) {
  const query = useQuery({ queryKey: ['lead', id], queryFn: () => api.lead(id) });
  return (
    <Loaded query={query}>
      {(lead) => (
        <Paper withBorder p="lg">
          <Stack>
            <Group justify="space-between">
              <Title order={3}>{lead.client_name ?? lead.phone ?? 'Lead'}</Title>
              <Badge size="lg" color={STATUS_COLOURS[lead.status] ?? 'gray'}>
                {lead.status}
              </Badge>
            </Group>
            <Text c="dimmed">{lead.reason.text}</Text>
            <SimpleGrid cols={{ base: 2, sm: 3 }}>
              <Fact name="phone">{lead.phone ?? lead.raw_phone ?? '—'}</Fact>
              <Fact name="form">{lead.form_name ?? '—'}</Fact>
              <Fact name="ad">{lead.ad ?? '—'}</Fact>
              <Fact name="campaign">{lead.campaign ?? '—'}</Fact>
              <Fact name="received">{dateAndClock(lead.received_at)}</Fact>
              <Fact name="will be called">
                {lead.will_call_at === null ? '—' : dateAndClock(lead.will_call_at)}
              </Fact>
              {lead.answers.map((answer) => (
                <Fact key={answer.field} name={answer.field}>
                  {answer.value}
                </Fact>
              ))}
            </SimpleGrid>
            <Title order={5}>Attempts</Title>
            <Attempts attempts={lead.attempts} onChoose={onChoose} />
            <Title order={5}>Timeline</Title>
            <Events events={lead.timeline} />
          </Stack>
        </Paper>
      )}
    </Loaded>
  );
}

function Legs({ legs }: { legs: Leg[] }) {
  const since = (from: string, to: string | null): string =>
    to === null ? '—' : `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          {['leg', 'party', 'rang after', 'answered after', 'ended', ''].map((name) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {legs.map((leg) => (
          <Table.Tr key={leg.leg_id}>
            <Table.Td>{leg.role}</Table.Td>
            <Table.Td>{leg.party}</Table.Td>
            <Table.Td>{since(leg.invited_at, leg.ringing_at)}</Table.Td>
            <Table.Td>{since(leg.invited_at, leg.answered_at)}</Table.Td>
            <Table.Td>{leg.ended_at === null ? '—' : clock(leg.ended_at)}</Table.Td>
            <Table.Td>
              <Badge variant="light" color={STATUS_COLOURS[leg.disposition ?? ''] ?? 'cyan'}>
                {leg.disposition ?? leg.state}
                {leg.sip_status === null ? '' : ` ${leg.sip_status}`}
              </Badge>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Recorded({ call }: { call: CallDetail }) {
  const recording = call.recordings.at(-1);
  if (recording === undefined) return null;
  if (recording.state === 'ready') return <Player callId={call.call_id} roles={recording.channel_roles} />;
  return (
    <Alert color={recording.state === 'failed' ? 'red' : 'cyan'} title={`Recording: ${recording.state}`}>
      {recording.failure ?? 'It can be heard when the talk is over and the file was checked.'}
    </Alert>
  );
}

export function CallView({ id, onChoose }: DetailProps) {
  const query = useQuery({ queryKey: ['call', id], queryFn: () => api.call(id) });
  return (
    <Loaded query={query}>
      {(call) => (
        <Paper withBorder p="lg">
          <Stack>
            <Group justify="space-between">
              <Title order={3}>{call.client_number ?? 'Call'}</Title>
              <Badge size="lg" color={STATUS_COLOURS[call.disposition ?? call.state] ?? 'gray'}>
                {call.disposition ?? call.state}
              </Badge>
            </Group>
            <SimpleGrid cols={{ base: 2, sm: 4 }}>
              <Fact name="direction">{call.direction}</Fact>
              <Fact name="operator">{call.operator ?? '—'}</Fact>
              <Fact name="started">{dateAndClock(call.started_at)}</Fact>
              <Fact name="talk">{duration(call.talk_seconds)}</Fact>
            </SimpleGrid>
            {call.lead_id !== null && (
              <Anchor
                component="button"
                ta="left"
                onClick={() => onChoose({ kind: 'lead', id: call.lead_id ?? '' })}
              >
                Open the lead
              </Anchor>
            )}
            {call.whisper_text !== null && (
              <Blockquote cite="— whispered to the operator" p="md">
                {call.whisper_text}
              </Blockquote>
            )}
            <Recorded call={call} />
            <Title order={5}>Legs</Title>
            <Legs legs={call.legs} />
            <Title order={5}>Timeline</Title>
            <Events events={call.timeline} />
          </Stack>
        </Paper>
      )}
    </Loaded>
  );
}
