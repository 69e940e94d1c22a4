/** What people say about a call: outcome, tags, a note. Saved field by field, each when it is left. */
import { Select, Stack, TagsInput, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CALL_MARKS } from '../domain/calls/call.js';
import { api, type Annotation } from './api.js';
import { Section } from './parts.js';
import type { CallDetail } from './records.js';
import { dateAndClock, plain } from './words.js';

const MARKS = CALL_MARKS.map((value) => ({ value, label: plain(value) }));

export function AnnotationSection({ call }: { call: CallDetail }) {
  const queries = useQueryClient();
  const { mutate, error } = useMutation({
    mutationFn: (body: Annotation) => api.annotate(call.call_id, body),
    onSettled: () => queries.invalidateQueries(),
  });
  const mark = (value: string | null): void => {
    if (value === null || value === call.outcome?.mark) return;
    const sure =
      value !== 'blacklist' || window.confirm(`${call.client_number ?? 'This phone'} is never called again?`);
    if (sure) mutate({ outcome: { mark: value } });
  };
  return (
    <Section title="What it was">
      <Stack gap="xs" className="annotation">
        <Select
          label="Outcome"
          placeholder="not said"
          data={MARKS}
          value={call.outcome?.mark ?? null}
          onChange={mark}
          allowDeselect={false}
          {...(call.outcome?.reason != null && { description: plain(call.outcome.reason) })}
        />
        <TagsInput
          label="Tags"
          placeholder={call.tags.length === 0 ? 'a word and Enter' : ''}
          maxTags={50}
          value={call.tags}
          onChange={(tags) => mutate({ tags })}
        />
        <Textarea
          key={call.note?.at}
          label="Note"
          autosize
          maxLength={4000}
          defaultValue={call.note?.text ?? ''}
          onBlur={({ currentTarget: { value } }) => {
            if (value !== (call.note?.text ?? '')) mutate({ note: value });
          }}
          {...(call.note !== null && { description: `by ${call.note.by}, ${dateAndClock(call.note.at)}` })}
        />
        {error !== null && (
          <Text size="sm" c="red" role="alert">
            {error.message}
          </Text>
        )}
      </Stack>
    </Section>
  );
}
