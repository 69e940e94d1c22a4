/** The page: leads and calls on the left, the chosen one on the right. */
import {
  AppShell,
  Badge,
  Button,
  Container,
  Grid,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Tabs,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, apiKey } from './api.js';
import { CallList, LeadList } from './lists.js';
import { CallView, LeadView } from './details.js';
import { useLiveEvents, type Liveness } from './live.js';

export type Chosen = { kind: 'lead'; id: string } | { kind: 'call'; id: string } | undefined;

function SignIn({ onDone }: { onDone: () => void }) {
  const [key, setKey] = useState('');
  const submit = (): void => {
    apiKey.set(key.trim());
    onDone();
  };
  return (
    <Container size="xs" pt={120}>
      <Paper withBorder p="xl" radius="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <Stack>
            <Title order={2}>Dialtrace</Title>
            <Text c="dimmed" size="sm">
              This server asks for an API key. Make one with{' '}
              <code>dialtrace apikey add console --scope read,listen</code>.
            </Text>
            <PasswordInput
              label="API key"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoFocus
            />
            <Button type="submit" disabled={key.trim() === ''}>
              Open
            </Button>
          </Stack>
        </form>
      </Paper>
    </Container>
  );
}

const LIVENESS: Record<Liveness, { colour: string; text: string }> = {
  connecting: { colour: 'gray', text: 'connecting' },
  live: { colour: 'green', text: 'live' },
  broken: { colour: 'red', text: 'reconnecting' },
};

function Header({ liveness }: { liveness: Liveness }) {
  const { data } = useQuery({ queryKey: ['readiness'], queryFn: api.readiness, refetchInterval: 10_000 });
  const wrong = Object.entries(data?.checks ?? {}).filter(([, check]) => !check.ok);
  return (
    <Group h="100%" px="md" justify="space-between">
      <Group gap="xs">
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
        <Title order={4}>Dialtrace</Title>
      </Group>
      <Group gap="xs">
        {data !== undefined && (
          <Tooltip
            label={
              wrong.length === 0
                ? 'store, switch and voices work'
                : wrong.map(([name, check]) => `${name}: ${check.detail}`).join('; ')
            }
          >
            <Badge color={data.ready ? 'green' : 'red'} variant="light">
              {data.ready ? 'ready' : `not ready: ${wrong.map(([name]) => name).join(', ')}`}
            </Badge>
          </Tooltip>
        )}
        <Badge color={LIVENESS[liveness].colour} variant="dot">
          {LIVENESS[liveness].text}
        </Badge>
      </Group>
    </Group>
  );
}

function Workspace({ liveness }: { liveness: Liveness }) {
  const [chosen, setChosen] = useState<Chosen>();
  return (
    <AppShell header={{ height: 56 }} padding="md">
      <AppShell.Header>
        <Header liveness={liveness} />
      </AppShell.Header>
      <AppShell.Main>
        <Grid gap="md">
          <Grid.Col span={{ base: 12, md: 5 }}>
            <Tabs defaultValue="leads" keepMounted={false}>
              <Tabs.List mb="sm">
                <Tabs.Tab value="leads">Leads</Tabs.Tab>
                <Tabs.Tab value="calls">Calls</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="leads">
                <LeadList chosen={chosen} onChoose={setChosen} />
              </Tabs.Panel>
              <Tabs.Panel value="calls">
                <CallList chosen={chosen} onChoose={setChosen} />
              </Tabs.Panel>
            </Tabs>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 7 }}>
            {chosen === undefined && (
              <Paper withBorder p="xl">
                <Text c="dimmed">
                  Choose a lead or a call to see its timeline, the words spoken and the recording.
                </Text>
              </Paper>
            )}
            {chosen?.kind === 'lead' && <LeadView key={chosen.id} id={chosen.id} onChoose={setChosen} />}
            {chosen?.kind === 'call' && <CallView key={chosen.id} id={chosen.id} onChoose={setChosen} />}
          </Grid.Col>
        </Grid>
      </AppShell.Main>
    </AppShell>
  );
}

export function App() {
  const { error, isPending, refetch } = useQuery({ queryKey: ['leads'], queryFn: api.leads });
  const locked = error instanceof ApiError && (error.status === 401 || error.status === 403);
  const liveness = useLiveEvents(!isPending && !locked);
  if (locked)
    return (
      <SignIn
        onDone={() => {
          void refetch();
        }}
      />
    );
  return <Workspace liveness={liveness} />;
}
