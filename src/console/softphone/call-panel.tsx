/** The one call of this phone: who it is, and what can be done. */
import { Alert, Badge, Group, Paper, Stack } from '@mantine/core';
import { Answering, HangUp, Talk } from './call-controls.js';
import { Caller } from './caller.js';
import type { PhoneCall } from './phone-state.js';
import { TalkTime } from './talk-time.js';

const STATE_WORDS: Readonly<Record<PhoneCall['state'], string>> = {
  ringing: 'ringing',
  answering: 'connecting',
  talking: 'talking',
  ended: 'ended',
};
const STATE_COLOURS: Readonly<Record<PhoneCall['state'], string>> = {
  ringing: 'cyan',
  answering: 'cyan',
  talking: 'green',
  ended: 'gray',
};

function Controls({ call }: { call: PhoneCall }) {
  if (call.state === 'ended') return null;
  if (call.state === 'talking') return <Talk call={call} />;
  return call.direction === 'incoming' ? <Answering call={call} /> : <HangUp label="Give up" />;
}

export function CallPanel({ call, user }: { call: PhoneCall; user: string }) {
  const label = call.direction === 'incoming' && call.state === 'ringing' ? 'Incoming call' : 'Call';
  return (
    <Paper
      withBorder
      p={{ base: 'md', sm: 'lg' }}
      component="section"
      aria-label={label}
      className="phone-call"
      data-state={call.state}
    >
      <Stack gap="md">
        <Group justify="space-between">
          <Badge size="lg" color={STATE_COLOURS[call.state]} variant="light" role="status">
            {STATE_WORDS[call.state]}
          </Badge>
          {call.state === 'talking' && call.since !== undefined && <TalkTime since={call.since} />}
        </Group>
        <Caller call={call} user={user} />
        {call.note !== undefined && (
          <Alert color={call.state === 'ended' ? 'gray' : 'red'} role="alert">
            {call.note}
          </Alert>
        )}
        <Controls call={call} />
      </Stack>
    </Paper>
  );
}
