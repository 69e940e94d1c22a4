/** A call that goes on while another page of the console is open: it stays in reach at the bottom. */
import { Anchor, Badge, Group, Paper, Text } from '@mantine/core';
import { addressOf } from '../choice.js';
import { Answering, HangUp } from './call-controls.js';
import { usePhone } from './use-phone.js';

export function PhoneDock() {
  const { call } = usePhone();
  if (call === undefined || call.state === 'ended') return null;
  const who = call.name === '' ? call.number : call.name;
  return (
    <Paper
      withBorder
      shadow="md"
      p="md"
      className="phone-dock"
      component="section"
      aria-label="Call on your phone"
    >
      <Group>
        <Badge color={call.state === 'talking' ? 'green' : 'cyan'} role="status">
          {call.state}
        </Badge>
        <Text fw={600}>{who}</Text>
        {call.state === 'talking' ? <HangUp label="End the call" /> : <Answering call={call} />}
        <Anchor href={addressOf({ tab: 'phone', id: undefined })}>Open the phone</Anchor>
      </Group>
    </Paper>
  );
}
