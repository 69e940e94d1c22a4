/** What can be done with the call: accept or decline while it rings; then mute, hold, keys, transfer, end. */
import { Alert, Button, Group, Slider, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import {
  AcceptSign,
  HangUpSign,
  HoldSign,
  MicrophoneSign,
  MutedSign,
  ResumeSign,
  TransferSign,
} from './icons.js';
import { Keypad } from './keypad.js';
import type { PhoneCall } from './phone-state.js';
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

function Transfer({ call }: { call: PhoneCall }) {
  const [target, setTarget] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        phone.transfer(target);
      }}
    >
      <Group gap="xs" align="flex-end">
        <TextInput
          label="Transfer to"
          placeholder="operator or number"
          size="xs"
          value={target}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
        <Button
          type="submit"
          size="xs"
          variant="default"
          leftSection={<TransferSign />}
          disabled={target.trim() === ''}
          loading={call.transfer === 'asked'}
        >
          Transfer
        </Button>
      </Group>
      {call.transfer === 'refused' && (
        <Text size="xs" c="red" role="alert">
          The switch refused the transfer; the talk goes on.
        </Text>
      )}
    </form>
  );
}

const SECOND_MS = 1000;

export function TalkTime({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - since) / SECOND_MS));
  return (
    <Text ff="monospace" aria-label="Length of the talk">
      {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
    </Text>
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
  const muted = call.microphone === 'muted';
  const held = call.held === 'yes';
  return (
    <Stack>
      {held && <Alert color="yellow">On hold: the other side does not hear you.</Alert>}
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
        <Button
          variant={held ? 'filled' : 'default'}
          color="yellow"
          aria-pressed={held}
          leftSection={held ? <ResumeSign /> : <HoldSign />}
          onClick={() => phone.toggleHold()}
        >
          {held ? 'Resume' : 'Hold'}
        </Button>
        <HangUp label="End the call" />
      </Group>
      <Group align="flex-start" gap="xl">
        <Keypad onPress={(key) => phone.press(key)} />
        <Stack>
          <Volume />
          <Transfer call={call} />
        </Stack>
      </Group>
    </Stack>
  );
}
