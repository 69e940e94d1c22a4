/** Authorised accounts: may we act for them, what to do when not, and the ad accounts behind them. */
import { Alert, Badge, Code, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Action } from './action.js';
import { AudienceTable } from './audience-table.js';
import { FormTable } from './form-table.js';
import { OnOff } from './on-off.js';
import { api } from './api.js';
import { Heads, Hint, Loaded } from './parts.js';
import type { AdAccount, Connection, ConnectionAccess } from './records.js';
import { joined, plain } from './words.js';

const ACCESS_COLOURS: Readonly<Record<string, string>> = { authorised: 'green', 'not-authorised': 'gray' };
const STANDING_COLOURS: Readonly<Record<string, string>> = {
  active: 'green',
  pending: 'yellow',
  unknown: 'gray',
};

function AccountRow({ connection, account }: { connection: string; account: AdAccount }) {
  const { account_id: id, name, company, standing, status_text: status, webhook_why: why } = account;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {name}
        <Text size="xs" c="dimmed">
          {joined(id, company)}
        </Text>
      </Table.Th>
      <Table.Td>
        <Badge variant="light" color={STANDING_COLOURS[standing] ?? 'red'}>
          {account.gone_at === null ? status : 'no longer listed'}
        </Badge>
      </Table.Td>
      <Table.Td>{account.role_text}</Table.Td>
      <Table.Td>
        {plain(account.webhook)}
        {why !== null && (
          <Text size="xs" c="dimmed">
            {why}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <OnOff
          label={`Leads of ${name}`}
          checked={account.chosen === 'on'}
          set={(chosen) => api.chooseAccount(connection, id, chosen)}
        />
      </Table.Td>
    </Table.Tr>
  );
}

function AdAccounts({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['ad-accounts', id], queryFn: () => api.adAccounts(id) });
  return (
    <Loaded query={query}>
      {(accounts) =>
        accounts.length === 0 ? (
          <Text size="sm" c="dimmed">
            No ad account is known yet: synchronise.
          </Text>
        ) : (
          <Table.ScrollContainer minWidth={720}>
            <Table aria-label="Ad accounts" verticalSpacing={6}>
              <Heads names={['account', 'status', 'role', 'webhook', 'leads wanted']} />
              <Table.Tbody>
                {accounts.map((account) => (
                  <AccountRow key={account.account_id} connection={id} account={account} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )
      }
    </Loaded>
  );
}

/** The advertiser goes to TikTok's page in this tab and is sent back to this one. */
async function leaveToAuthorise(id: string): Promise<void> {
  const { url } = await api.authorise(id);
  window.location.assign(url);
}

function Trouble({ access: { state, why, remedy } }: { access: ConnectionAccess }) {
  if (why === null && remedy === null) return null;
  return (
    <Alert
      color={state === 'not-authorised' ? 'blue' : 'red'}
      title={why ?? 'Not authorised yet'}
      role="alert"
    >
      {remedy}
    </Alert>
  );
}

function AuthorisedAccount({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['access', id], queryFn: () => api.access(id) });
  return (
    <Loaded query={query}>
      {(access) => (
        <Stack gap="sm">
          <Group>
            <Badge color={ACCESS_COLOURS[access.state] ?? 'red'}>{plain(access.state)}</Badge>
            <Action label="Authorise" run={() => leaveToAuthorise(id)} />
            {access.state !== 'not-authorised' && (
              <>
                <Action label="Synchronise" run={() => api.syncConnection(id)} />
                <Action label="Fetch missed leads" run={() => api.fetchLeads(id)} />
                <Action
                  label="Revoke"
                  colour="red"
                  question="Leads of this account will no longer come by push. Take the access back?"
                  run={() => api.revoke(id)}
                />
              </>
            )}
          </Group>
          <Trouble access={access} />
          <AdAccounts id={id} />
        </Stack>
      )}
    </Loaded>
  );
}

function ConnectionCard({ connection }: { connection: Connection }) {
  const { connection_id: id, name, kind, enabled } = connection;
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Group justify="space-between" mb="sm">
        <Group gap="xs">
          <Title order={3} size="h5">
            {name}
          </Title>
          <Badge variant="default">{kind}</Badge>
        </Group>
        <OnOff
          label={`${name} is on`}
          checked={enabled === 'on'}
          set={(next) => api.setConnection(id, next)}
        />
      </Group>
      {kind === 'tiktok' && <AuthorisedAccount id={id} />}
      <FormTable id={id} kind={kind} />
      {kind === 'tiktok' && <AudienceTable connection={id} />}
    </Paper>
  );
}

export function ConnectionsPage() {
  const query = useQuery({ queryKey: ['connections'], queryFn: api.connections });
  return (
    <Loaded query={query}>
      {(connections) =>
        connections.length === 0 ? (
          <Hint title="No lead source is connected yet">
            <Code>dialtrace connections add tiktok NAME</Code> adds one; docs/tiktok.md says what TikTok
            needs.
          </Hint>
        ) : (
          <Stack>
            {connections.map((connection) => (
              <ConnectionCard key={connection.connection_id} connection={connection} />
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}
