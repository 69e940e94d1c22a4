/** What can be done with the call: accept or decline while it rings; then mute, hold, keys, transfer, end. */
import { Alert, Button, Group, Slider, Stack, Text } from '@mantine/core';
import { AcceptSign, HangUpSign, HoldSign, MicrophoneSign, MutedSign, ResumeSign } from './icons.js';
import { Keypad } from './keypad.js';
import type { PhoneCall } from './phone-state.js';
import { Consulting, Transfer } from './transfer.js';
import { phone, usePhone } from './use-phone.js';

export function Answering({ call }: { call: PhoneCall }) {
  const waits = call.state === 'answering';
  return (
    <Group>
      <Button
        size="lg"
        color="green"
        leftSection={<AcceptSign />}
        loading={waits}
        onClick={() => void phone.accept()}
      >
        Accept
      </Button>
      <Button
        size="lg"
        color="red"
        variant="light"
        leftSection={<HangUpSign />}
        onClick={() => phone.hangUp()}
      >
        Decline
      </Button>
    </Group>
  );
}

export function HangUp({ label }: { label: string }) {
  return (
    <Button color="red" leftSection={<HangUpSign />} onClick={() => phone.hangUp()}>
      {label}
    </Button>
  );
}

export function Volume() {
  const { volume } = usePhone();
  return (
    <Stack gap={2} w={180}>
      <Text size="sm" id="phone-volume">
        Volume
      </Text>
      <Slider
        aria-labelledby="phone-volume"
        value={Math.round(volume * 100)}
        onChange={(percent) => phone.setVolume(percent / 100)}
        label={(percent) => `${percent} %`}
      />
    </Stack>
  );
}

export function Talk({ call }: { call: PhoneCall }) {
  const { line } = usePhone();
  const { consultation } = call;
  const muted = call.microphone === 'muted';
  const held = call.held === 'yes';
  return (
    <Stack>
      {line === 'lost' && (
        <Alert color="yellow" role="status">
          No line to the switch now. The talk goes on; hold and transfer wait until it is back.
        </Alert>
      )}
      {consultation !== undefined && <Consulting call={call} consultation={consultation} />}
      {held && consultation === undefined && (
        <Alert color="yellow">On hold: the other side does not hear you.</Alert>
      )}
      <Group gap="xs">
        <Button
          variant={muted ? 'filled' : 'default'}
          color="orange"
          aria-pressed={muted}
          leftSection={muted ? <MutedSign /> : <MicrophoneSign />}
          onClick={() => phone.toggleMute()}
        >
          {muted ? 'Unmute' : 'Mute'}
        </Button>
        {consultation === undefined && (
          <Button
            variant={held ? 'filled' : 'default'}
            color="yellow"
            aria-pressed={held}
            leftSection={held ? <ResumeSign /> : <HoldSign />}
            disabled={line !== 'registered'}
            onClick={() => phone.toggleHold()}
          >
            {held ? 'Resume' : 'Hold'}
          </Button>
        )}
        <HangUp label="End the call" />
      </Group>
      <Group align="flex-start" gap="xl">
        <Keypad onPress={(key) => phone.press(key)} />
        <Stack>
          <Volume />
          {consultation === undefined && <Transfer call={call} />}
        </Stack>
      </Group>
    </Stack>
  );
}
