/** The operator's phone in the console: a chunk of its own, fetched when its tab is opened. */
import { Alert, Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api.js';
import { Hint, Loaded } from '../parts.js';
import type { Softphone } from '../records.js';
import { keptAccount } from './account.js';
import { Volume } from './call-controls.js';
import { CallPanel } from './call-panel.js';
import { DialBox } from './dial-box.js';
import { MicrophoneCheck } from './microphone-check.js';
import { PhoneSignIn } from './phone-sign-in.js';
import type { LineState } from './phone-state.js';
import { phone, usePhone } from './use-phone.js';

const LINE: Readonly<Record<LineState, { colour: string; text: string }>> = {
  'signed-out': { colour: 'gray', text: 'signed out' },
  connecting: { colour: 'yellow', text: 'connecting' },
  registered: { colour: 'green', text: 'ready for calls' },
  lost: { colour: 'red', text: 'reconnecting' },
  refused: { colour: 'red', text: 'refused' },
};

function Line() {
  const { line, user, problem } = usePhone();
  const leave = (): void => {
    keptAccount.clear();
    phone.signOut();
  };
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={600}>{user}</Text>
          <Badge color={LINE[line].colour} variant="dot" role="status">
            {LINE[line].text}
          </Badge>
        </Group>
        <Button variant="subtle" size="compact-sm" onClick={leave}>
          Sign out
        </Button>
      </Group>
      {problem !== undefined && (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
    </Stack>
  );
}

function Desk() {
  const { call, user = '' } = usePhone();
  return (
    <div className="phone">
      <Stack>
        {call === undefined ? (
          <Hint title="No call now">
            Keep this tab open: calls ring here, also while you look at other pages of the console.
          </Hint>
        ) : (
          <CallPanel call={call} user={user} />
        )}
      </Stack>
      <Paper withBorder p={{ base: 'md', sm: 'lg' }} component="aside" aria-label="Phone">
        <Stack>
          <Line />
          {call?.state !== 'talking' && <MicrophoneCheck />}
          {call === undefined && <DialBox />}
          {call === undefined && <Volume />}
        </Stack>
      </Paper>
    </div>
  );
}

function Connected({ settings }: { settings: Softphone }) {
  const { line } = usePhone();
  useEffect(() => {
    const account = keptAccount.get();
    if (account !== undefined && phone.read().line === 'signed-out') phone.signIn(settings, account);
  }, [settings]);
  useEffect(() => {
    if (line === 'refused') keptAccount.clear();
  }, [line]);
  return line === 'signed-out' || line === 'refused' ? <PhoneSignIn settings={settings} /> : <Desk />;
}

export function PhonePage() {
  const query = useQuery({ queryKey: ['softphone'], queryFn: api.softphone, staleTime: Infinity });
  return (
    <Loaded query={query}>
      {(settings) =>
        settings.web_socket === null ? (
          <Alert color="yellow" title="This server has no phone for browsers" role="alert">
            {settings.why}
          </Alert>
        ) : (
          <Connected settings={settings} />
        )
      }
    </Loaded>
  );
}
