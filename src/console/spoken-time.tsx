/** When the client wants to be called, as the operator said it: heard here, and set here by who hears it. */
import { Anchor, Button, Group, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from './api.js';
import { addressOf } from './choice.js';
import { Section } from './parts.js';
import { Player } from './player.js';
import type { CallDetail } from './records.js';
import { dateAndClock } from './words.js';

export const SPOKEN_BOX = 'spoken-time';

export function SpokenTime({ call }: { call: CallDetail }) {
  const recording = call.recordings.filter(({ box }) => box === SPOKEN_BOX).at(-1);
  if (recording === undefined) return null;
  const { later_at: set } = call.outcome ?? { later_at: null };
  return (
    <Section title="Time that was spoken">
      {recording.state === 'ready' ? (
        <Player callId={call.call_id} roles={recording.channel_roles} heard="spoken-time" />
      ) : (
        <Text c="dimmed">{recording.failure ?? `The recording is ${recording.state}.`}</Text>
      )}
      <SetTime callId={call.call_id} />
      <Text size="sm" c="dimmed">
        {set === null ? 'Nobody has set it yet.' : `Set to ${dateAndClock(set)}.`}
      </Text>
    </Section>
  );
}

/** In the clock of whoever listens. */
function SetTime({ callId }: { callId: string }) {
  const [at, setAt] = useState('');
  const queries = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      api.annotate(callId, { outcome: { mark: 'later', later_at: new Date(at).toISOString() } }),
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <>
      <Group gap="xs" align="end" mt="xs">
        <TextInput
          type="datetime-local"
          label="The client wants to be called at"
          value={at}
          onChange={({ currentTarget: { value } }) => setAt(value)}
        />
        <Button disabled={at === ''} loading={isPending} onClick={() => mutate()}>
          Set the time
        </Button>
      </Group>
      {error !== null && (
        <Text size="sm" c="red" role="alert">
          {error.message}
        </Text>
      )}
    </>
  );
}

/** On a lead that waits for its time: what was said in the call before. */
export function SpokenBefore({ callId }: { callId: string }) {
  const { data } = useQuery({ queryKey: ['call', callId], queryFn: () => api.call(callId) });
  if (data === undefined) return null;
  return (
    <>
      <SpokenTime call={data} />
      <Anchor size="sm" href={addressOf({ tab: 'calls', id: callId })}>
        Open that call
      </Anchor>
    </>
  );
}
