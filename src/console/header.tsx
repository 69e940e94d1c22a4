/** Name of the program, whether it can make calls, whether the page is live. */
import { Badge, Group, Title, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from './api.js';
import type { Readiness } from './records.js';
import type { Liveness } from './live.js';

const LIVENESS: Record<Liveness, { colour: string; text: string }> = {
  connecting: { colour: 'gray', text: 'connecting' },
  live: { colour: 'green', text: 'live' },
  broken: { colour: 'red', text: 'reconnecting' },
};

export function Mark() {
  return (
    <Group gap="xs" wrap="nowrap">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="7" fill="#0c8599" />
        <path
          d="M5 16h5l3-8 5 16 4-8h5"
          fill="none"
          stroke="#fff"
          strokeWidth="2.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
      <Title order={1} size="h4">
        Dialtrace
      </Title>
    </Group>
  );
}

function ReadinessBadge({ ready, checks }: Readiness) {
  const wrong = Object.entries(checks).filter(([, check]) => !check.ok);
  const detail =
    wrong.length === 0
      ? 'leads are stored and calls can be made'
      : wrong.map(([name, check]) => `${name}: ${check.detail}`).join('; ');
  const text = wrong.length === 0 ? 'ready' : `check ${wrong.map(([name]) => name).join(', ')}`;
  const colour = ready ? (wrong.length === 0 ? 'green' : 'yellow') : 'red';
  return (
    <Tooltip label={detail} multiline maw={320}>
      <Badge color={colour} variant="light" tabIndex={0} aria-label={`${text}: ${detail}`}>
        {text}
      </Badge>
    </Tooltip>
  );
}

export function Header({ liveness }: { liveness: Liveness }) {
  const { data } = useQuery({ queryKey: ['readiness'], queryFn: api.readiness, refetchInterval: 10_000 });
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Mark />
      <Group gap="xs" wrap="nowrap">
        {data !== undefined && <ReadinessBadge {...data} />}
        <Badge color={LIVENESS[liveness].colour} variant="dot" role="status">
          {LIVENESS[liveness].text}
        </Badge>
      </Group>
    </Group>
  );
}
