/** Hears the microphone before a call does: a level to look at, and which microphone it is. */
import { Alert, Button, Group, Progress, Select, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Section } from '../parts.js';
import { closeMicrophone, listMicrophones, openMicrophone, watchLevel } from './microphone.js';
import { phone } from './use-phone.js';

/** Speech is louder than this, the noise of a room is not. */
const HEARD = 0.45;

interface Check {
  stream: MediaStream;
  devices: MediaDeviceInfo[];
}

async function begin(): Promise<Check> {
  const stream = await openMicrophone(phone.deviceId);
  return { stream, devices: await listMicrophones() };
}

function Level({ stream }: { stream: MediaStream }) {
  const [level, setLevel] = useState(0);
  const [loudest, setLoudest] = useState(0);
  useEffect(
    () =>
      watchLevel(stream, (now) => {
        setLevel(now);
        setLoudest((before) => Math.max(before, now));
      }),
    [stream],
  );
  const heard = loudest > HEARD;
  return (
    <Stack gap={4}>
      <Progress
        value={level * 100}
        color={level > HEARD ? 'green' : 'gray'}
        transitionDuration={50}
        aria-label="Loudness of the microphone"
      />
      <Text size="sm" c={heard ? 'green' : 'dimmed'} role="status">
        {heard ? 'You are heard.' : 'Say something.'}
      </Text>
    </Stack>
  );
}

export function MicrophoneCheck() {
  const [check, setCheck] = useState<Check>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => () => check && closeMicrophone(check.stream), [check]);
  const start = (deviceId = phone.deviceId): void => {
    phone.deviceId = deviceId;
    setProblem(undefined);
    begin().then(setCheck, (error: unknown) => {
      setCheck(undefined);
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <Section title="Microphone">
      <Stack gap="sm">
        {problem !== undefined && (
          <Alert color="red" role="alert">
            {problem}
          </Alert>
        )}
        {check !== undefined && <Level key={check.stream.id} stream={check.stream} />}
        {check !== undefined && check.devices.length > 1 && (
          <Select
            label="Which one"
            size="xs"
            data={check.devices.map(({ deviceId, label }) => ({ value: deviceId, label }))}
            value={phone.deviceId ?? check.stream.getAudioTracks()[0]?.getSettings().deviceId ?? null}
            onChange={(chosen) => start(chosen ?? undefined)}
          />
        )}
        <Group>
          {check === undefined ? (
            <Button variant="light" size="compact-sm" onClick={() => start()}>
              Check the microphone
            </Button>
          ) : (
            <Button variant="subtle" size="compact-sm" onClick={() => setCheck(undefined)}>
              Done
            </Button>
          )}
        </Group>
      </Stack>
    </Section>
  );
}
