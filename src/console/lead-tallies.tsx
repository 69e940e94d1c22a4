/** How many leads each form, campaign or advertisement brought, and how many calls and talks became of them. */
import { Anchor, Group, SegmentedControl, Table, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, talliesCsvUrl, type TalliesAsked } from './api.js';
import { Heads, Hint, Loaded } from './parts.js';
import { PERIODS, sinceDays } from './periods.js';
import type { LeadTally } from './records.js';

const GROUPINGS = [
  { value: 'form', label: 'form' },
  { value: 'campaign', label: 'campaign' },
  { value: 'ad_group', label: 'ad group' },
  { value: 'ad', label: 'ad' },
];
const COLUMNS = ['leads', 'reached', 'calls', 'talks'] as const;

function Tallies({ tallies }: { tallies: LeadTally[] }) {
  if (tallies.length === 0)
    return <Hint title="No leads in this time">Leads of forms, messengers and files are counted here.</Hint>;
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table aria-label="Forms and ads" verticalSpacing={6} className="sources">
        <Heads names={COLUMNS} of="figures" />
        <Table.Tbody>
          {tallies.map((tally) => (
            <Table.Tr key={tally.key ?? ''}>
              <Table.Th scope="row">{tally.name ?? tally.key ?? 'none named'}</Table.Th>
              {COLUMNS.map((name) => (
                <Table.Td key={name} ta="right">
                  {tally[name].toLocaleString()}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function LeadTallies() {
  const [by, setBy] = useState('form');
  const [days, setDays] = useState('30');
  const asked = (): TalliesAsked => ({ by, from: sinceDays(days) });
  const query = useQuery({ queryKey: ['tallies', by, days], queryFn: () => api.talliesBy(asked()) });
  return (
    <section>
      <Title order={2} size="h4" mt="xl" mb="sm">
        Forms and ads
      </Title>
      <Group mb="md" align="flex-end">
        <SegmentedControl aria-label="Leads by" data={GROUPINGS} value={by} onChange={setBy} />
        <SegmentedControl aria-label="Time of the leads" data={PERIODS} value={days} onChange={setDays} />
        <Anchor href={talliesCsvUrl(asked())} download ml="auto">
          Download the leads as CSV
        </Anchor>
      </Group>
      <Loaded query={query}>{(tallies) => <Tallies tallies={tallies} />}</Loaded>
    </section>
  );
}
