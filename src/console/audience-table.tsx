/** Customer audiences of a connection, and what became of each upload: valid of total. */
import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { Action } from './action.js';
import { api } from './api.js';
import { Heads, Loaded } from './parts.js';
import type { Audience, AudienceTask } from './records.js';
import { dateAndClock, joined, plain } from './words.js';

const COLUMNS = ['audience', 'schema', 'state', 'matched', ''];
const COLOURS: Readonly<Record<string, string>> = {
  ready: 'green',
  settling: 'yellow',
  failed: 'red',
  gone: 'red',
  done: 'green',
  sent: 'yellow',
};
const ACTIONS = ['append', 'replace', 'remove'];

const segmentText = (segment: Audience['segment']): string =>
  joined(
    ...Object.entries(segment).map(([name, value]) =>
      typeof value === 'number' ? `${value} ${name}` : `${name}: ${value.join(', ')}`,
    ),
  ) || 'everybody';

function TaskRow({ task: { action, state, run_at: runAt, why, valid, total } }: { task: AudienceTask }) {
  return (
    <Table.Tr>
      <Table.Td>{action}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[state] ?? 'gray'}>
          {state}
        </Badge>
      </Table.Td>
      <Table.Td>{dateAndClock(runAt)}</Table.Td>
      <Table.Td>{total === null ? '—' : `${valid ?? 0} valid of ${total}`}</Table.Td>
      <Table.Td>{why}</Table.Td>
    </Table.Tr>
  );
}

function Tasks({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['audience-tasks', id], queryFn: () => api.audienceTasks(id) });
  return (
    <Loaded query={query}>
      {(tasks) => (
        <>
          {['instant', 'scheduled'].map((trigger) => (
            <Group key={trigger} gap="xs" mb="xs">
              <Text size="sm">{trigger === 'instant' ? 'Now' : 'Tonight'}</Text>
              {ACTIONS.map((action) => (
                <Action
                  key={action}
                  label={action}
                  run={() => api.fillAudience(id, action, trigger)}
                  {...(action !== 'append' && { question: `Shall the audience be changed (${action})?` })}
                />
              ))}
            </Group>
          ))}
          {tasks.length > 0 && (
            <Table aria-label="Uploads" verticalSpacing={4}>
              <Table.Tbody>
                {tasks.map((task) => (
                  <TaskRow key={task.task_id} task={task} />
                ))}
              </Table.Tbody>
            </Table>
          )}
        </>
      )}
    </Loaded>
  );
}

function Row({ audience, open }: { audience: Audience; open: () => void }) {
  const { name, schema, state, matched, segment, external_id: externalId, why } = audience;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        {name}
        <Text size="xs" c="dimmed">
          {joined(segmentText(segment), externalId)}
        </Text>
      </Table.Th>
      <Table.Td>{schema}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={COLOURS[state] ?? 'gray'}>
          {plain(state)}
        </Badge>
        {why !== null && (
          <Text size="xs" c="dimmed">
            {why}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{matched ?? '—'}</Table.Td>
      <Table.Td>
        <Button size="compact-sm" variant="subtle" onClick={open} aria-label={`Uploads of ${name}`}>
          Uploads
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

/** Nothing while there is none: `dialtrace audience add` names one. */
export function AudienceTable({ connection }: { connection: string }) {
  const [opened, setOpened] = useState<string>();
  const { data = [] } = useQuery({ queryKey: ['audiences'], queryFn: api.audiences });
  const ours = data.filter(({ connection_id: id }) => id === connection);
  if (ours.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table aria-label="Audiences" verticalSpacing={6}>
        <Heads names={COLUMNS} />
        <Table.Tbody>
          {ours.map((audience) => {
            const { audience_id: id } = audience;
            return (
              <Fragment key={id}>
                <Row audience={audience} open={() => setOpened(opened === id ? undefined : id)} />
                {opened === id && (
                  <Table.Tr>
                    <Table.Td colSpan={COLUMNS.length}>
                      <Tasks id={id} />
                    </Table.Td>
                  </Table.Tr>
                )}
              </Fragment>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
