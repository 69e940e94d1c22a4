/** Newest first: leads and calls, each row a link to its view. */
import { Alert, Badge, Code, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, type Call, type Lead } from './api.js';
import { addressOf, type Choice, type Tab } from './choice.js';
import { Hint } from './parts.js';
import { dateAndClock, duration, joined, plain, STATUS_COLOURS } from './words.js';

interface RowProps {
  choice: Choice;
  title: string;
  detail: string;
  status: string;
  at: string;
}

function Row({ active, choice, title, detail, status, at }: RowProps & { active: boolean }) {
  return (
    <a className="row" href={addressOf(choice)} {...(active ? { 'aria-current': 'true' as const } : {})}>
      <Text fw={600} truncate className="row-title">
        {title}
      </Text>
      <time dateTime={at}>{dateAndClock(at)}</time>
      <Text size="sm" c="dimmed" truncate className="row-detail">
        {detail}
      </Text>
      <Badge color={STATUS_COLOURS[status] ?? 'gray'} variant="light">
        {plain(status)}
      </Badge>
    </a>
  );
}

interface ListQuery<T> {
  data: { items: T[] } | undefined;
  error: Error | null;
}

function List<T>({
  query,
  empty,
  tab,
  chosen,
  rowOf,
}: {
  query: ListQuery<T>;
  empty: ReactNode;
  tab: Tab;
  chosen: string | undefined;
  rowOf: (item: T) => RowProps;
}) {
  if (query.error !== null && query.data === undefined)
    return (
      <Alert color="red" title="The list could not be loaded" role="alert">
        {query.error.message} It is tried again by itself.
      </Alert>
    );
  if (query.data === undefined)
    return (
      <Stack gap={6} aria-label="Loading">
        {[0, 1, 2].map((key) => (
          <Skeleton key={key} h={62} radius="md" />
        ))}
      </Stack>
    );
  if (query.data.items.length === 0) return empty;
  return (
    <nav aria-label={tab} className="rows">
      {query.data.items.map(rowOf).map((row) => (
        <Row key={row.choice.id} active={row.choice.id === chosen} {...row} />
      ))}
    </nav>
  );
}

const leadRow = (lead: Lead): RowProps => ({
  choice: { tab: 'leads', id: lead.lead_id },
  title: lead.client_name ?? lead.phone ?? lead.raw_phone ?? 'No name',
  detail: joined(lead.phone ?? lead.raw_phone ?? 'no phone', lead.form_name ?? lead.source, lead.ad),
  status: lead.status,
  at: lead.received_at,
});

const callRow = (call: Call): RowProps => ({
  choice: { tab: 'calls', id: call.call_id },
  title: call.client_number ?? 'Unknown number',
  detail: joined(
    call.operator,
    plain(call.direction),
    call.talk_seconds === null ? null : `talk ${duration(call.talk_seconds)}`,
  ),
  status: call.disposition ?? call.state,
  at: call.started_at,
});

export function LeadList({ chosen }: { chosen: string | undefined }) {
  const query = useQuery({ queryKey: ['leads'], queryFn: api.leads });
  const empty = (
    <Hint title="No leads yet">
      Send one and watch it being called:
      <Code block mt="xs">
        npm run dialtrace -- lead send --phone +79161234567 --name Ivan
      </Code>
    </Hint>
  );
  return <List query={query} empty={empty} tab="leads" chosen={chosen} rowOf={leadRow} />;
}

export function CallList({ chosen }: { chosen: string | undefined }) {
  const query = useQuery({ queryKey: ['calls'], queryFn: api.calls });
  const empty = <Hint title="No calls yet">They appear here while they are being made.</Hint>;
  return <List query={query} empty={empty} tab="calls" chosen={chosen} rowOf={callRow} />;
}
