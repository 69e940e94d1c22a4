/** Waveform player: one row a channel, named by who is heard on it. Arrow keys move, space plays. */
import { ActionIcon, Alert, Anchor, Group, Paper, Text } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import WaveSurfer from 'wavesurfer.js';
import { recordingUrl, type Heard } from './api.js';

const COLOURS = ['#1098ad', '#be4bdb'] as const;
const PLAYED = ['#0b7285', '#862e9c'] as const;
const ROW_HEIGHT = 56;
const STEP_SECONDS = 5;

function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function openPlayer(container: HTMLElement, url: string): WaveSurfer {
  return WaveSurfer.create({
    container,
    url,
    height: ROW_HEIGHT,
    barWidth: 2,
    barGap: 1,
    barRadius: 2,
    cursorColor: '#e8590c',
    splitChannels: COLOURS.map((waveColor, index) => ({
      waveColor,
      progressColor: PLAYED[index] ?? waveColor,
    })),
  });
}

function usePlayer(url: string) {
  const holder = useRef<HTMLDivElement>(null);
  const surfer = useRef<WaveSurfer>(null);
  const [state, setState] = useState<'loading' | 'ready' | 'playing'>('loading');
  const [time, setTime] = useState({ at: 0, of: 0 });
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (holder.current === null) return undefined;
    const player = openPlayer(holder.current, url);
    player.on('play', () => setState('playing'));
    player.on('pause', () => setState('ready'));
    player.on('ready', (of) => {
      setState('ready');
      setTime({ at: 0, of });
    });
    player.on('timeupdate', (at) => setTime(({ of }) => ({ at, of })));
    // Leaving the call aborts the download, which is no failure.
    player.on('error', (problem) => problem.name !== 'AbortError' && setError(problem.message));
    surfer.current = player;
    return () => player.destroy();
  }, [url]);
  return { holder, surfer, state, time, error };
}

export function Player({ callId, roles, heard }: { callId: string; roles: string[]; heard: Heard }) {
  const url = recordingUrl(callId, heard);
  const name = heard === 'recording' ? 'Recording' : 'Spoken time';
  const { holder, surfer, state, time, error } = usePlayer(url);
  const toggle = (): void => void surfer.current?.playPause();
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -STEP_SECONDS, ArrowRight: STEP_SECONDS }[event.key];
    if (step !== undefined) surfer.current?.skip(step);
    else if (event.key === ' ') toggle();
    else return;
    event.preventDefault();
  };
  if (error !== undefined)
    return (
      <Alert color="red" title={`The ${name.toLowerCase()} could not be loaded`} role="alert">
        {error}
      </Alert>
    );
  return (
    <Paper withBorder p="md" component="section" aria-label={name}>
      <Group justify="space-between" mb="xs">
        <Group gap="xs">
          <ActionIcon
            size="lg"
            radius="xl"
            aria-label={state === 'playing' ? 'Pause' : 'Play'}
            disabled={state === 'loading'}
            onClick={toggle}
          >
            <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
              {state === 'playing' ? <path d="M3 2h4v12H3zM9 2h4v12H9z" /> : <path d="M4 2l10 6-10 6z" />}
            </svg>
          </ActionIcon>
          <Text size="sm" ff="monospace">
            {minutes(time.at)} / {minutes(time.of)}
          </Text>
        </Group>
        <Anchor href={url} download={`${callId}-${heard}.wav`} size="sm">
          Download WAV
        </Anchor>
      </Group>
      <div className="waves">
        <div className="wave-names">
          {roles.map((role, index) => (
            <span key={role} style={{ color: COLOURS[index] }}>
              {role}
            </span>
          ))}
        </div>
        <div
          ref={holder}
          className="wave-rows"
          style={{ height: ROW_HEIGHT * roles.length }}
          role="slider"
          tabIndex={0}
          aria-label={`Position in the ${name.toLowerCase()}`}
          aria-valuemin={0}
          aria-valuemax={Math.round(time.of)}
          aria-valuenow={Math.round(time.at)}
          aria-valuetext={`${minutes(time.at)} of ${minutes(time.of)}`}
          onKeyDown={onKey}
        />
      </div>
    </Paper>
  );
}
