/** What advertising brought and cost, by source, time, device or path. Names of campaigns are texts of strangers, shown as text. */
import { Anchor, Code, Group, SegmentedControl, Select, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MODEL_NAMES } from '../domain/attribution/models.js';
import { KEY_NAMES, REPORT_GROUPINGS, type RowKey } from '../domain/attribution/report-grouping.js';
import { api, sourcesCsvUrl, type SourcesAsked } from './api.js';
import { LeadTallies } from './lead-tallies.js';
import { Heads, Hint, Loaded } from './parts.js';
import { browserZone, PERIODS, sinceDays } from './periods.js';
import type { Project, SourceFigures, SourceReport } from './records.js';
import { joined, plain } from './words.js';

const GROUPINGS = REPORT_GROUPINGS.map((value) => ({ value, label: plain(value) }));
const MODELS = MODEL_NAMES.map((value) => ({ value, label: plain(value) }));
const COLUMNS = [
  'calls',
  'target',
  'requests',
  'texts',
  'unique',
  'persons',
  'cost',
  'per call',
  'per target call',
  'sales',
  'revenue',
  'ROI',
];

/** Models that credit several touches split a call. */
const count = (value: number): string => value.toLocaleString([], { maximumFractionDigits: 1 });

function money(amount: number | null, costs: Record<string, number>): string {
  const [currency] = Object.keys(costs);
  if (amount === null || currency === undefined) return '—';
  return `${amount.toLocaleString([], { maximumFractionDigits: 2 })} ${currency}`;
}

const sums = (costs: Record<string, number>): string =>
  joined(...Object.entries(costs).map(([currency, amount]) => money(amount, { [currency]: amount }))) || '—';

function Cells({ figures }: { figures: SourceFigures }) {
  const { calls, target_calls, requests, texts, unique, persons, costs } = figures;
  const cells = [
    ...[calls, target_calls, requests, texts, unique, persons].map(count),
    sums(costs),
    money(figures.cost_per_call, costs),
    money(figures.cost_per_target_call, costs),
    count(figures.sales),
    sums(figures.revenue),
    figures.roi === null ? '—' : figures.roi.toLocaleString([], { style: 'percent' }),
  ];
  return cells.map((text, place) => (
    <Table.Td key={COLUMNS[place]} ta="right">
      {text}
    </Table.Td>
  ));
}

/** A Monday, so that the first day of the week has its name. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

function weekdayName(weekday: string): string {
  const at = new Date(MONDAY + (Number(weekday) - 1) * DAY_MS);
  return at.toLocaleDateString([], { weekday: 'long', timeZone: 'UTC' });
}

function nameOf(row: RowKey): string {
  const shown: RowKey = {
    ...row,
    ...(row.weekday !== undefined && { weekday: weekdayName(row.weekday) }),
    ...(row.hour !== undefined && { hour: `${row.hour}:00` }),
  };
  return joined(...KEY_NAMES.map((key) => shown[key])) || 'unknown';
}

function Report({ report }: { report: SourceReport }) {
  if (report.items.length === 0)
    return (
      <Hint title="Nothing in this time">Calls to tracked numbers, requests and texts are counted here.</Hint>
    );
  const most = Math.max(...report.items.map(({ calls, requests }) => calls + requests), 1);
  return (
    <Table.ScrollContainer minWidth={1120}>
      <Table aria-label="Sources" verticalSpacing={6} className="sources">
        <Heads names={COLUMNS} of="figures" />
        <Table.Tbody>
          {report.items.map((figures) => {
            const name = nameOf(figures);
            return (
              <Table.Tr key={name}>
                <Table.Th scope="row">
                  {name}
                  <div
                    className="share"
                    style={{ width: `${((figures.calls + figures.requests) / most) * 100}%` }}
                  />
                </Table.Th>
                <Cells figures={figures} />
              </Table.Tr>
            );
          })}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">all</Table.Th>
            <Cells figures={report.total} />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}

function Reports({ projects }: { projects: Project[] }) {
  const [project, setProject] = useState(projects[0]);
  const [by, setBy] = useState('source');
  const [days, setDays] = useState('30');
  const [model, setModel] = useState<string | null>(null);
  const asked = (): SourcesAsked => ({
    project: project?.name ?? '',
    by,
    from: sinceDays(days),
    time_zone: browserZone(),
    ...(model !== null && { model }),
  });
  const query = useQuery({
    queryKey: ['sources', project?.name, by, days, model],
    queryFn: () => api.sources(asked()),
  });
  return (
    <>
      <Group mb="md" align="flex-end">
        {projects.length > 1 && (
          <Select
            label="Project"
            data={projects.map(({ name }) => name)}
            value={project?.name ?? null}
            onChange={(name) => setProject(projects.find((known) => known.name === name))}
            allowDeselect={false}
            w={180}
          />
        )}
        <Select
          label="By"
          data={GROUPINGS}
          value={by}
          onChange={(chosen) => setBy(chosen ?? 'source')}
          allowDeselect={false}
          w={150}
        />
        <SegmentedControl aria-label="Time" data={PERIODS} value={days} onChange={setDays} />
        <Select
          label="Model"
          data={MODELS}
          value={model ?? project?.model ?? null}
          onChange={setModel}
          allowDeselect={false}
          w={180}
        />
        <Anchor href={sourcesCsvUrl(asked())} download ml="auto">
          Download CSV
        </Anchor>
      </Group>
      <Loaded query={query}>{(report) => <Report report={report} />}</Loaded>
      <Text size="xs" c="dimmed" mt="sm">
        Unique: first contacts of their person. Several currencies are never added, so no price per call is
        told then. Sales are deals of the CRM won in this time; ROI is (revenue − cost) / cost.
      </Text>
    </>
  );
}

function Attribution() {
  const query = useQuery({ queryKey: ['projects'], queryFn: api.projects });
  return (
    <Loaded query={query}>
      {(projects) =>
        projects.length === 0 ? (
          <Hint title="No site is tracked yet">
            Name it under <Code>projects:</Code> in telephony.yaml, import its numbers (
            <Code>dialtrace numbers import</Code>) and put one line into its pages: docs/dni.md.
          </Hint>
        ) : (
          <Reports projects={projects} />
        )
      }
    </Loaded>
  );
}

export function SourcesPage() {
  return (
    <>
      <Attribution />
      <LeadTallies />
    </>
  );
}
