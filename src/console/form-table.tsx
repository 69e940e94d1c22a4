/** Forms of a connection: what each brought in 30 days, whether it is on, and its settings when it is opened. */
import { Button, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { api } from './api.js';
import { FormSheet } from './form-sheet.js';
import { OnOff } from './on-off.js';
import { Heads, Loaded } from './parts.js';
import type { Form, LeadTally, TestLead } from './records.js';
import { dateAndClock } from './words.js';

const COLUMNS = ['form', 'leads', 'reached', 'calls', 'talks', 'last lead', 'on', ''];

function testedText({ result, phone }: TestLead): string {
  const way =
    result === 'pushed'
      ? 'Its push came.'
      : 'TikTok has it; its push did not come within 20 s, which may be so for tests.';
  return `${way} ${phone === 'there' ? 'The phone was recognised.' : 'No phone was recognised: map a field to phone.'}`;
}

/** Waits for the push, so its answer stands beside the button. */
function TestButton({ connection, form }: { connection: string; form: Form }) {
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => api.testLead(connection, form.form_id),
  });
  return (
    <>
      <Button size="compact-sm" variant="light" loading={isPending} onClick={() => mutate()}>
        Send a test lead
      </Button>
      {data !== undefined && (
        <Text size="xs" role="status">
          {testedText(data)}
        </Text>
      )}
      {error !== null && (
        <Text size="xs" c="red" role="alert">
          {error.message}
        </Text>
      )}
    </>
  );
}

function FormRow({ form, tally, open }: { form: Form; tally: LeadTally | undefined; open: () => void }) {
  const { form_id: id, display_name: name } = form;
  const counts = [tally?.leads, tally?.reached, tally?.calls, tally?.talks];
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      {counts.map((count, place) => (
        <Table.Td key={COLUMNS[place + 1]}>{count ?? 0}</Table.Td>
      ))}
      <Table.Td>{tally === undefined ? '—' : dateAndClock(tally.last_lead_at)}</Table.Td>
      <Table.Td>
        <OnOff
          label={`Form ${name} is on`}
          checked={form.enabled === 'on'}
          set={(enabled) => api.setForm(id, { enabled })}
        />
      </Table.Td>
      <Table.Td>
        <Button size="compact-sm" variant="subtle" onClick={open} aria-label={`Settings of ${name}`}>
          Settings
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

function Rows({ id, kind, forms }: { id: string; kind: string; forms: Form[] }) {
  const [opened, setOpened] = useState<string>();
  const { data: tallies = [] } = useQuery({
    queryKey: ['lead-tallies', id],
    queryFn: () => api.leadTallies(id),
  });
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table aria-label="Forms" verticalSpacing={6}>
        <Heads names={COLUMNS} />
        <Table.Tbody>
          {forms.map((form) => (
            <Fragment key={form.form_id}>
              <FormRow
                form={form}
                tally={tallies.find(({ key }) => key === form.form_id)}
                open={() => setOpened(opened === form.form_id ? undefined : form.form_id)}
              />
              {opened === form.form_id && (
                <Table.Tr>
                  <Table.Td colSpan={COLUMNS.length}>
                    <Stack gap="sm">
                      <FormSheet form={form} />
                      {kind === 'tiktok' && (
                        <div>
                          <TestButton connection={id} form={form} />
                        </div>
                      )}
                    </Stack>
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function FormTable({ id, kind }: { id: string; kind: string }) {
  const query = useQuery({ queryKey: ['forms', id], queryFn: () => api.forms(id) });
  return (
    <Loaded query={query}>
      {(forms) => (forms.length === 0 ? null : <Rows id={id} kind={kind} forms={forms} />)}
    </Loaded>
  );
}
