/** Newest first: leads and calls, each row a link to its view; found by phone and state, older ones on demand. */
import { Alert, Badge, Button, Code, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { CallDisposition } from '../domain/calls/call.js';
import { FINAL_LEAD_STATUSES } from '../domain/leads/lead.js';
import { api, type Asked } from './api.js';
import type { Call, Lead, Page } from './records.js';
import { addressOf, type Choice, type ListTab } from './choice.js';
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

interface ListProps<T> {
  tab: ListTab;
  chosen: string | undefined;
  /** What the select offers. */
  states: readonly string[];
  read: (asked: Asked) => Promise<Page<T>>;
  rowOf: (item: T) => RowProps;
  /** Shown when there is nothing at all. */
  empty: ReactNode;
}

function Filter({
  asked,
  states,
  onChange,
}: {
  asked: Asked;
  states: readonly string[];
  onChange: (asked: Asked) => void;
}) {
  return (
    <Group gap="xs" mb="xs" wrap="nowrap" role="search">
      <TextInput
        aria-label="Phone"
        placeholder="Phone, +7916…"
        type="search"
        size="xs"
        flex={1}
        value={asked.phone ?? ''}
        onChange={({ currentTarget: { value } }) => onChange({ ...asked, phone: value })}
      />
      <Select
        aria-label="State"
        placeholder="any state"
        size="xs"
        w={150}
        clearable
        data={states.map((value) => ({ value, label: plain(value) }))}
        value={asked.state ?? null}
        onChange={(state) => onChange({ phone: asked.phone ?? '', ...(state !== null && { state }) })}
      />
    </Group>
  );
}

function Waiting() {
  return (
    <Stack gap={6} aria-label="Loading">
      {[0, 1, 2].map((key) => (
        <Skeleton key={key} h={62} radius="md" />
      ))}
    </Stack>
  );
}

/** A phone as people write it: `+7 (916) 123-45-67`. */
const bare = (phone: string): string => phone.replaceAll(/[^+\d]/g, '');
const OLDER = { getNextPageParam: (page: Page<unknown>) => page.next_cursor ?? undefined };

function List<T>({ tab, chosen, states, read, rowOf, empty }: ListProps<T>) {
  const [asked, setAsked] = useState<Asked>({});
  const [settled] = useDebouncedValue(asked, 250);
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [tab, settled],
    queryFn: ({ pageParam }) => read({ ...settled, phone: bare(settled.phone ?? ''), cursor: pageParam }),
    initialPageParam: undefined as string | undefined,
    ...OLDER,
  });
  const rows = data?.pages.flatMap(({ items }) => items.map(rowOf)) ?? [];
  const isAsked = Object.values(settled).some((value) => value !== '');
  if (data !== undefined && rows.length === 0 && !isAsked) return empty;
  return (
    <>
      <Filter asked={asked} states={states} onChange={setAsked} />
      {error !== null && data === undefined && (
        <Alert color="red" title="The list could not be loaded" role="alert">
          {error.message} It is tried again by itself.
        </Alert>
      )}
      {error === null && data === undefined && <Waiting />}
      {data !== undefined && rows.length === 0 && (
        <Hint title={`No ${tab} like this`}>Try another phone or state.</Hint>
      )}
      {rows.length > 0 && (
        <nav aria-label={tab} className="rows">
          {rows.map((row) => (
            <Row key={row.choice.id} active={row.choice.id === chosen} {...row} />
          ))}
        </nav>
      )}
      {hasNextPage && (
        <Button
          variant="subtle"
          fullWidth
          mt="xs"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Older {tab}
        </Button>
      )}
    </>
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

const LEAD_STATES = ['queued', 'deferred', 'quarantined', 'calling', ...FINAL_LEAD_STATUSES];
const CALL_STATES: readonly CallDisposition[] = [
  'answered',
  'busy',
  'no-answer',
  'rejected',
  'declined',
  'no-operator',
  'abandoned',
  'voicemail',
  'invalid-number',
  'carrier-failure',
  'lost',
  'unknown',
];

export function LeadList({ chosen }: { chosen: string | undefined }) {
  const empty = (
    <Hint title="No leads yet">
      Send one and watch it being called:
      <Code block mt="xs">
        npm run dialtrace -- lead send --phone +79161234567 --name Ivan
      </Code>
    </Hint>
  );
  return (
    <List tab="leads" chosen={chosen} states={LEAD_STATES} read={api.leads} rowOf={leadRow} empty={empty} />
  );
}

export function CallList({ chosen }: { chosen: string | undefined }) {
  const empty = <Hint title="No calls yet">They appear here while they are being made.</Hint>;
  return (
    <List tab="calls" chosen={chosen} states={CALL_STATES} read={api.calls} rowOf={callRow} empty={empty} />
  );
}
