/** Gives the other side to a colleague or a number: at once, or after a word with whoever is there. */
import { Autocomplete, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.js';
import type { Operator } from '../records.js';
import { plain, STANDING_COLOURS } from '../words.js';
import { AcceptSign, ResumeSign, TransferSign } from './icons.js';
import { TalkTime } from './talk-time.js';
import type { Consultation, PhoneCall } from './phone-state.js';
import { phone, usePhone } from './use-phone.js';

const PRESENCE_MS = 5000;
const CONSULTING: Readonly<Record<Consultation['state'], string>> = {
  ringing: 'rings',
  answering: 'connecting',
  talking: 'talking',
};

function Standing({ of }: { of: Operator }) {
  return (
    <Badge
      color={STANDING_COLOURS[of.standing] ?? 'gray'}
      variant="light"
      size="sm"
      style={{ flexShrink: 0 }}
    >
      {plain(of.standing)}
    </Badge>
  );
}

function Choice({ of, name }: { of: Operator | undefined; name: string }) {
  return (
    <Group justify="space-between" wrap="nowrap" w="100%" gap="xs">
      <Text size="sm">
        {of === undefined || of.display_name === name ? name : `${of.display_name} (${name})`}
      </Text>
      {of !== undefined && <Standing of={of} />}
    </Group>
  );
}

/** Everybody but whoever transfers. */
function useColleagues(): readonly Operator[] {
  const { user } = usePhone();
  const { data } = useQuery({
    queryKey: ['operators'],
    queryFn: api.operators,
    refetchInterval: PRESENCE_MS,
  });
  return (data ?? []).filter(({ name }) => name !== user);
}

function Whom({ call }: { call: PhoneCall }) {
  const colleagues = useColleagues();
  const { line } = usePhone();
  const [to, setTo] = useState('');
  const target = to.trim();
  const chosen = colleagues.find(({ name }) => name === target);
  const asked = call.transfer?.state === 'asked';
  const disabled = target === '' || asked || line !== 'registered';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        phone.transfer(target);
      }}
    >
      <Stack gap="xs">
        <Autocomplete
          label="Transfer to"
          placeholder="operator or number"
          size="xs"
          data={colleagues.map(({ name }) => name)}
          renderOption={({ option: { value } }) => (
            <Choice of={colleagues.find(({ name }) => name === value)} name={value} />
          )}
          // Above or below it would cover buttons.
          comboboxProps={{ position: 'right-start', width: 280 }}
          value={to}
          onChange={setTo}
          rightSectionWidth={chosen === undefined ? 0 : 96}
          rightSection={chosen === undefined ? null : <Standing of={chosen} />}
        />
        <Group gap="xs">
          <Button
            type="submit"
            size="xs"
            variant="default"
            leftSection={<TransferSign />}
            disabled={disabled}
            loading={asked}
          >
            Transfer
          </Button>
          <Button size="xs" variant="default" disabled={disabled} onClick={() => void phone.consult(target)}>
            Ask first
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function Transfer({ call }: { call: PhoneCall }) {
  const { transfer } = call;
  return (
    <Stack gap="xs" w={280}>
      <Whom call={call} />
      {transfer?.state === 'asked' && (
        <Text size="xs" c="dimmed" role="status">
          Calling {transfer.to}. You talk on until somebody answers; you may also hang up.
        </Text>
      )}
      {transfer?.state === 'failed' && (
        <Text size="xs" c="red" role="alert">
          {transfer.why} The talk goes on.
        </Text>
      )}
    </Stack>
  );
}

export function Consulting({ call, consultation }: { call: PhoneCall; consultation: Consultation }) {
  const { line } = usePhone();
  const { with: colleague, state, since } = consultation;
  const asked = call.transfer?.state === 'asked';
  return (
    <Paper component="section" aria-label="Consultation" p="md" bg="var(--mantine-color-cyan-light)">
      <Stack gap="xs">
        <Group gap="xs">
          <Text fw={600}>You ask {colleague}</Text>
          <Badge variant="white" role="status">
            {CONSULTING[state]}
          </Badge>
          {since !== undefined && <TalkTime since={since} />}
        </Group>
        <Text size="sm">The other side is on hold and hears none of it.</Text>
        {call.transfer?.state === 'failed' && (
          <Text size="sm" c="red" role="alert">
            {call.transfer.why}
          </Text>
        )}
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<AcceptSign />}
            disabled={consultation.id === undefined || line !== 'registered'}
            loading={asked}
            onClick={() => phone.connect()}
          >
            Connect them
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<ResumeSign />}
            disabled={asked}
            onClick={() => phone.takeBack()}
          >
            Take back
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
