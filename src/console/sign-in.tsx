/** Asks for the API key of this tab. */
import { Button, Code, Container, Paper, PasswordInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { apiKey } from './api.js';
import { Mark } from './header.js';

/** `refused`: the server's answer to the key of before. */
export function SignIn({ refused, onDone }: { refused: string | undefined; onDone: () => void }) {
  const [key, setKey] = useState('');
  return (
    <Container size={460} pt={{ base: 40, sm: 120 }} component="main">
      <Paper withBorder p="xl" radius="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            apiKey.set(key.trim());
            onDone();
          }}
        >
          <Stack>
            <Mark />
            <Text c="dimmed" size="sm">
              This server asks for an API key. Make one on its machine:
            </Text>
            <Code block style={{ whiteSpace: 'pre-wrap' }}>
              npm run dialtrace -- apikey add console --scope read,listen,leads,calls,supervise
            </Code>
            <PasswordInput
              label="API key"
              placeholder="dt_…"
              autoComplete="off"
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              error={refused}
              autoFocus
            />
            <Button type="submit" disabled={key.trim() === ''}>
              Open
            </Button>
            <Text c="dimmed" size="xs">
              The key stays in this tab and is forgotten when it closes.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Container>
  );
}
