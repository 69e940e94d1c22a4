/** The calls that go on and the people who take them: listen, speak into a talk, take it over, send people on and off duty. */
import { Anchor, Badge, Group, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DUTIES, type Duty } from '../domain/routing/operator-state.js';
import { Action } from './action.js';
import { api, type SupervisionAction } from './api.js';
import { addressOf } from './choice.js';
import { Hint, Loaded, Section } from './parts.js';
import type { LiveCall, Operator } from './records.js';
import { clock, duration, joined, plain, secondsBetween, STANDING_COLOURS, STATUS_COLOURS } from './words.js';

const WORDS = [
  ['listen', 'Listen'],
  ['whisper', 'Whisper'],
  ['barge', 'Barge in'],
  ['three-way', 'Three-way'],
  ['take-over', 'Take over'],
] as const satisfies readonly (readonly [SupervisionAction, string])[];

const DUTY_WORDS: Readonly<Record<Duty, string>> = { on: 'On duty', paused: 'Pause', off: 'Off duty' };

const SECOND_MS = 1000;

interface WhomProps {
  label: string;
  placeholder: string;
  of: Operator[];
  value: string | null;
  onChange: (operator: string | null) => void;
}

function Whom({ of, ...field }: WhomProps) {
  return (
    <Select
      data={of.map(({ name, display_name }) => ({ value: name, label: display_name }))}
      size="xs"
      {...field}
    />
  );
}

function Supervision({ call, operators }: { call: LiveCall; operators: Operator[] }) {
  const [supervisor, setSupervisor] = useLocalStorage<string | null>({
    key: 'dialtrace-supervisor',
    defaultValue: null,
  });
  const [other, setOther] = useState<string | null>(null);
  const others = operators.filter(({ name }) => name !== call.operator);
  const isThere = call.supervisors.some(({ operator }) => operator === supervisor);
  const order = (action: SupervisionAction, who: string | null) => () =>
    api.supervise(call.call_id, action, who ?? '');
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <Whom
          label="Ring"
          placeholder="whose phone"
          of={others}
          value={supervisor}
          onChange={setSupervisor}
        />
        {WORDS.map(([action, label]) => (
          <Action key={action} label={label} run={order(action, supervisor)} disabled={supervisor === null} />
        ))}
        {isThere && <Action label="Leave" run={order('leave', supervisor)} />}
      </Group>
      <Group gap="xs" align="flex-end">
        <Whom label="Move to" placeholder="an operator" of={others} value={other} onChange={setOther} />
        <Action label="Move" run={order('move', other)} disabled={other === null} />
      </Group>
    </Stack>
  );
}

function Talk({ call, operators }: { call: LiveCall; operators: Operator[] }) {
  const since = call.bridged_at ?? call.started_at;
  return (
    <li className="live-call">
      <Group justify="space-between" wrap="nowrap">
        <Anchor fw={600} href={addressOf({ tab: 'calls', id: call.call_id })}>
          {call.client_number ?? 'Unknown number'}
        </Anchor>
        <Badge color={STATUS_COLOURS[call.state] ?? 'gray'} variant="light">
          {plain(call.state)}{' '}
          {duration(Math.max(0, Math.floor(secondsBetween(since, new Date().toISOString()))))}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {joined(call.operator, plain(call.direction), call.display)}
      </Text>
      {call.supervisors.map(({ operator, mode, state }) => (
        <Text key={operator} size="sm">
          {operator}: {plain(mode)} ({plain(state)})
        </Text>
      ))}
      {call.bridged_at !== null && <Supervision call={call} operators={operators} />}
      <Group mt="xs">
        <Action
          label="Hang up"
          colour="red"
          question="End this call for everybody?"
          run={() => api.hangUp(call.call_id)}
        />
      </Group>
    </li>
  );
}

function Person({ operator }: { operator: Operator }) {
  const { name, display_name, groups, duty, standing, until, talks_today } = operator;
  return (
    <li className="live-person">
      <div>
        <Text fw={600}>{display_name}</Text>
        <Text size="sm" c="dimmed">
          {joined(groups.join(', '), `${talks_today} ${talks_today === 1 ? 'talk' : 'talks'} today`)}
        </Text>
      </div>
      <Badge color={STANDING_COLOURS[standing] ?? 'gray'} variant="light">
        {plain(standing)}
        {until === null ? '' : ` until ${clock(until)}`}
      </Badge>
      <Group gap={4}>
        {DUTIES.filter((other) => other !== duty).map((other) => (
          <Action key={other} label={DUTY_WORDS[other]} run={() => api.setDuty(name, other)} />
        ))}
      </Group>
    </li>
  );
}

export function LivePage() {
  const live = useQuery({ queryKey: ['live'], queryFn: api.live, refetchInterval: SECOND_MS });
  const people = useQuery({
    queryKey: ['operators'],
    queryFn: api.operators,
    refetchInterval: 5 * SECOND_MS,
  });
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <Section title="Calls going on">
        <Loaded query={live}>
          {(calls) =>
            calls.length === 0 ? (
              <Hint title="Nobody is on the phone">Calls appear here while they go on.</Hint>
            ) : (
              <ul className="live" aria-label="Calls going on">
                {calls.map((call) => (
                  <Talk key={call.call_id} call={call} operators={people.data ?? []} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Section>
      <Section title="Operators">
        <Loaded query={people}>
          {(operators) => (
            <ul className="live" aria-label="Operators">
              {operators.map((operator) => (
                <Person key={operator.name} operator={operator} />
              ))}
            </ul>
          )}
        </Loaded>
      </Section>
    </SimpleGrid>
  );
}
