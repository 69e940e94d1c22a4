/** Newest first: leads and calls, each row a button. */
import { Alert, Badge, Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, type Call, type Lead } from './api.js';
import type { Chosen } from './app.js';
import { dateAndClock, duration, STATUS_COLOURS } from './words.js';

interface ListProps {
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
}

function Row({
  active,
  onClick,
  title,
  detail,
  status,
}: {
  active: boolean;
  onClick: () => void;
  title: string;
  detail: string;
  status: string;
}) {
  return (
    <UnstyledButton onClick={onClick} w="100%" aria-pressed={active}>
      <Paper withBorder px="md" py="xs" {...(active ? { bg: 'var(--mantine-primary-color-light)' } : {})}>
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <div style={{ minWidth: 0 }}>
            <Text fw={600} truncate>
              {title}
            </Text>
            <Text size="sm" c="dimmed" truncate>
              {detail}
            </Text>
          </div>
          <Badge color={STATUS_COLOURS[status] ?? 'gray'} variant="light" style={{ flexShrink: 0 }}>
            {status}
          </Badge>
        </Group>
      </Paper>
    </UnstyledButton>
  );
}

function Listed({
  error,
  empty,
  children,
}: {
  error: Error | null;
  empty: string | undefined;
  children: ReactNode;
}) {
  if (error !== null)
    return (
      <Alert color="red" title="The list could not be loaded">
        {error.message}
      </Alert>
    );
  if (empty !== undefined) return <Text c="dimmed">{empty}</Text>;
  return <Stack gap={6}>{children}</Stack>;
}

const joined = (...parts: (string | null | undefined)[]): string =>
  parts.filter((part) => part !== null && part !== undefined && part !== '').join(' · ');

const leadTitle = (lead: Lead): string =>
  joined(lead.client_name ?? 'No name', lead.phone ?? lead.raw_phone ?? 'no phone');
const callTitle = (call: Call): string => joined(call.client_number ?? 'Unknown number', call.operator);

export function LeadList({ chosen, onChoose }: ListProps) {
  const { data, error } = useQuery({ queryKey: ['leads'], queryFn: api.leads });
  const empty =
    data?.items.length === 0 ? 'No leads yet. Post one to /v1/leads or send a form push.' : undefined;
  return (
    <Listed error={error} empty={empty}>
      {data?.items.map((lead) => (
        <Row
          key={lead.lead_id}
          active={chosen?.id === lead.lead_id}
          onClick={() => onChoose({ kind: 'lead', id: lead.lead_id })}
          title={leadTitle(lead)}
          detail={joined(dateAndClock(lead.received_at), lead.source, lead.form_name, lead.ad)}
          status={lead.status}
        />
      ))}
    </Listed>
  );
}

export function CallList({ chosen, onChoose }: ListProps) {
  const { data, error } = useQuery({ queryKey: ['calls'], queryFn: api.calls });
  const empty = data?.items.length === 0 ? 'No calls yet.' : undefined;
  return (
    <Listed error={error} empty={empty}>
      {data?.items.map((call) => (
        <Row
          key={call.call_id}
          active={chosen?.id === call.call_id}
          onClick={() => onChoose({ kind: 'call', id: call.call_id })}
          title={callTitle(call)}
          detail={joined(
            dateAndClock(call.started_at),
            call.direction,
            call.talk_seconds === null ? null : `talk ${duration(call.talk_seconds)}`,
          )}
          status={call.disposition ?? call.state}
        />
      ))}
    </Listed>
  );
}
