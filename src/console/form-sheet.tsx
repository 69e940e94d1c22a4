/** Settings of one form: its name here, static UTM, what the operator hears, and what its fields become. */
import { Alert, Button, Group, Stack, Table, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from './api.js';
import type { Form, FormReading } from './records.js';

/** One `name=value` a line. */
const utmText = (utm: Record<string, string>): string =>
  Object.entries(utm)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');

function utmOf(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === undefined || value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(pairs);
}

function Fields({
  reading,
  map,
  setMap,
}: {
  reading: FormReading;
  map: Record<string, string>;
  setMap: (map: Record<string, string>) => void;
}) {
  const set = (field: string, name: string): void => {
    const { [field]: before, ...others } = map;
    setMap(name === '' ? others : { ...others, [field]: name });
  };
  return (
    <Table aria-label="Fields" verticalSpacing={4}>
      <Table.Tbody>
        {reading.fields.map(({ field, becomes, by, suggested }) => (
          <Table.Tr key={field}>
            <Table.Th scope="row">{field}</Table.Th>
            <Table.Td>
              <TextInput
                size="xs"
                aria-label={`What ${field} becomes`}
                value={map[field] ?? ''}
                placeholder={by === 'answer' ? (suggested ?? 'an answer') : becomes}
                onChange={({ currentTarget }) => set(field, currentTarget.value)}
              />
            </Table.Td>
            <Table.Td>
              {suggested !== null && map[field] === undefined && (
                <Button size="compact-xs" variant="subtle" onClick={() => set(field, suggested)}>
                  Use {suggested}
                </Button>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function FormSheet({ form }: { form: Form }) {
  const queries = useQueryClient();
  const { form_id: id } = form;
  const { data: reading } = useQuery({ queryKey: ['form-fields', id], queryFn: () => api.formReading(id) });
  const [name, setName] = useState(form.display_name);
  const [utm, setUtm] = useState(utmText(form.static_utm));
  const [whisper, setWhisper] = useState(form.whisper_template ?? '');
  const [map, setMap] = useState(form.field_map);
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: () =>
      api.setForm(id, {
        display_name: name,
        static_utm: utmOf(utm),
        whisper_template: whisper,
        field_map: map,
      }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Stack gap="xs" component="section" aria-label={`Settings of ${form.display_name}`}>
      <TextInput label="Name" value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />
      <Textarea
        label="Static UTM"
        description="One name=value a line; they win over what the lead says"
        autosize
        value={utm}
        onChange={({ currentTarget }) => setUtm(currentTarget.value)}
      />
      <Textarea
        label="Whisper"
        description="What the operator hears; empty: the connection’s"
        placeholder="Callback from {{ form }}, {{ client }}"
        autosize
        value={whisper}
        onChange={({ currentTarget }) => setWhisper(currentTarget.value)}
      />
      {reading !== undefined && reading !== null && (
        <>
          <Text size="sm" fw={500}>
            Fields
          </Text>
          {reading.stale.length > 0 && (
            <Alert color="yellow" title="The form was changed at its source" role="alert">
              Mapped, but no longer on the form: {reading.stale.join(', ')}
            </Alert>
          )}
          <Fields reading={reading} map={map} setMap={setMap} />
        </>
      )}
      <Group>
        <Button size="compact-md" loading={isPending} onClick={() => mutate()}>
          Save
        </Button>
        {isSuccess && (
          <Text size="xs" role="status">
            Saved
          </Text>
        )}
        {error !== null && (
          <Text size="xs" c="red" role="alert">
            {error.message}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
