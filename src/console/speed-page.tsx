/** Speed to lead: how many seconds passed to each stage, and the share of leads that got there in time. */
import { Group, SegmentedControl, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from './api.js';
import { Hint, Loaded } from './parts.js';
import { browserZone, PERIODS, sinceDays } from './periods.js';
import { STAGES, type SpeedBoard, type StageSpeed } from './records.js';
import { duration } from './words.js';

const STAGE_WORDS: Readonly<Record<(typeof STAGES)[number], string>> = {
  ring: 'operator rings',
  accept: 'operator accepts',
  client_ring: 'client rings',
  talk: 'they talk',
};
const GROUPINGS = ['group', 'form', 'operator', 'hour'];

const percent = (share: number): string => `${Math.round(share * 100)} %`;

function Stage({ stage }: { stage: StageSpeed }) {
  const { count, p50, p90, within_30, within_60, within_300 } = stage;
  if (count === 0) return <Text c="dimmed">—</Text>;
  return (
    <>
      <Text>
        {duration(p50)}{' '}
        <Text span c="dimmed">
          / {duration(p90)}
        </Text>
      </Text>
      <div
        className="within"
        role="img"
        aria-label={`${percent(within_30)} within 30 s, ${percent(within_60)} within a minute, ${percent(within_300)} within five`}
      >
        {[within_300, within_60, within_30].map((share, place) => (
          <span key={place} style={{ width: `${share * 100}%` }} />
        ))}
      </div>
      <Text size="xs" c="dimmed">
        {percent(within_30)} · {percent(within_60)} · {percent(within_300)}
      </Text>
    </>
  );
}

function Board({ board }: { board: SpeedBoard }) {
  if (board.items.length === 0)
    return <Hint title="No leads in this time">The board counts leads that were to be called.</Hint>;
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table aria-label="Speed to lead" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th />
            <Table.Th ta="right">leads</Table.Th>
            {STAGES.map((name) => (
              <Table.Th key={name}>{STAGE_WORDS[name]}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {board.items.map(({ key, leads, stages }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row">{key === '' ? 'none' : key}</Table.Th>
              <Table.Td ta="right">{leads}</Table.Td>
              {STAGES.map((name) => (
                <Table.Td key={name}>
                  <Stage stage={stages[name]} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function SpeedPage() {
  const [by, setBy] = useState('group');
  const [days, setDays] = useState('7');
  const query = useQuery({
    queryKey: ['speed', by, days],
    queryFn: () => api.speed({ by, from: sinceDays(days), time_zone: browserZone() }),
  });
  return (
    <>
      <Group mb="md">
        <SegmentedControl aria-label="By" data={GROUPINGS} value={by} onChange={setBy} />
        <SegmentedControl aria-label="Time" data={PERIODS} value={days} onChange={setDays} />
      </Group>
      <Loaded query={query}>{(board) => <Board board={board} />}</Loaded>
      <Text size="xs" c="dimmed" mt="sm">
        Half of the leads / nine of ten, from the moment a lead may be called; below, the share of all leads
        within 30 s · 1 min · 5 min.
      </Text>
    </>
  );
}
