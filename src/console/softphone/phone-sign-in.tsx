/** The operator's SIP user and password. The browser may remember them; the page keeps their digest until the tab closes. */
import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Softphone } from '../records.js';
import { accountOf, keptAccount } from './account.js';
import { phone, usePhone } from './use-phone.js';

export function PhoneSignIn({ settings }: { settings: Softphone }) {
  const { problem, line } = usePhone();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const signIn = (): void => {
    const account = accountOf(user.trim(), settings.realm, password);
    keptAccount.set(account);
    phone.signIn(settings, account);
  };
  return (
    <Paper withBorder p="xl" radius="lg" maw={460} component="section" aria-label="Sign in to the phone">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn();
        }}
      >
        <Stack>
          <Text c="dimmed" size="sm">
            Calls ring here, in this tab. Sign in with the user and password of your phone; whoever runs the
            server makes one with <code>dialtrace operator passwd</code>.
          </Text>
          {line === 'refused' && (
            <Alert color="red" role="alert">
              {problem}
            </Alert>
          )}
          <TextInput
            label="User"
            autoComplete="username"
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
            autoFocus
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" disabled={user.trim() === '' || password === ''}>
            Connect the phone
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}
