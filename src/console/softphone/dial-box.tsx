/** Calls from here: star codes of duty and supervision, colleagues, whatever the dialplan takes. */
import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../parts.js';
import { AcceptSign } from './icons.js';
import { phone } from './use-phone.js';

export function DialBox() {
  const [target, setTarget] = useState('');
  return (
    <Section title="Dial">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void phone.dial(target);
        }}
      >
        <Group gap="xs">
          <TextInput
            aria-label="Number or star code"
            placeholder="number or star code"
            value={target}
            onChange={(event) => setTarget(event.currentTarget.value)}
          />
          <Button
            type="submit"
            variant="default"
            leftSection={<AcceptSign />}
            disabled={target.trim() === ''}
          >
            Call
          </Button>
        </Group>
      </form>
    </Section>
  );
}
