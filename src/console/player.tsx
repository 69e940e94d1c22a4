/** Waveform player: one row a channel, named by who is heard on it. */
import { ActionIcon, Alert, Anchor, Group, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { recordingUrl } from './api.js';

const COLOURS = ['#1098ad', '#ae3ec9'] as const;

function minutes(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}

export function Player({ callId, roles }: { callId: string; roles: string[] }) {
  const holder = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(null);
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState({ at: 0, of: 0 });
  const [error, setError] = useState<string>();

  useEffect(() => {
    if (holder.current === null) return undefined;
    const player = WaveSurfer.create({
      container: holder.current,
      url: recordingUrl(callId),
      height: 56,
      normalize: false,
      splitChannels: COLOURS.map((colour) => ({ waveColor: colour, progressColor: `${colour}88` })),
    });
    player.on('play', () => setPlaying(true));
    player.on('pause', () => setPlaying(false));
    player.on('ready', (of) => setTime({ at: 0, of }));
    player.on('timeupdate', (at) => setTime(({ of }) => ({ at, of })));
    player.on('error', (problem) => setError(problem.message));
    surfer.current = player;
    return () => player.destroy();
  }, [callId]);

  if (error !== undefined)
    return (
      <Alert color="red" title="The recording could not be loaded">
        {error}
      </Alert>
    );
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Group gap="xs">
            <ActionIcon
              size="lg"
              radius="xl"
              aria-label={playing ? 'Pause' : 'Play'}
              onClick={() => void surfer.current?.playPause()}
            >
              <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
                {playing ? <path d="M3 2h4v12H3zM9 2h4v12H9z" /> : <path d="M4 2l10 6-10 6z" />}
              </svg>
            </ActionIcon>
            <Text size="sm" ff="monospace">
              {minutes(time.at)} / {minutes(time.of)}
            </Text>
          </Group>
          <Group gap="md">
            {roles.map((role, index) => (
              <Text key={role} size="sm" style={{ color: COLOURS[index] }}>
                ■ {role}
              </Text>
            ))}
            <Anchor href={recordingUrl(callId)} download size="sm">
              WAV
            </Anchor>
          </Group>
        </Group>
        <div ref={holder} />
      </Stack>
    </Paper>
  );
}
