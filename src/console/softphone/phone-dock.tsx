/** A call that goes on while another page of the console is open: it stays in reach at the bottom. */
import { Anchor, Badge, Group, Paper, Text } from '@mantine/core';
import { addressOf } from '../choice.js';
import { Answering, HangUp } from './call-controls.js';
import { useCard } from './card.js';
import type { PhoneCall } from './phone-state.js';
import { usePhone } from './use-phone.js';

export function PhoneDock() {
  const { call, user = '' } = usePhone();
  return call === undefined || call.state === 'ended' ? null : <Dock call={call} user={user} />;
}

function Dock({ call, user }: { call: PhoneCall; user: string }) {
  const card = useCard(call.id, user);
  const shown = call.name === '' ? call.number : call.name;
  const who = card?.lead?.client_name ?? shown;
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
