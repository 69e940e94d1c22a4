/** Keys of a talk, by mouse and by the keys of the keyboard: they go with the voice (RFC 4733). */
import { Button, SimpleGrid } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

export function Keypad({ onPress }: { onPress: (key: string) => void }) {
  useWindowEvent('keydown', ({ key, target, ctrlKey, metaKey, altKey, repeat }) => {
    if (isTyping(target) || ctrlKey || metaKey || altKey || repeat) return;
    if (KEYS.some((known) => known === key)) onPress(key);
  });
  return (
    <SimpleGrid cols={3} spacing={6} maw={230} role="group" aria-label="Keypad">
      {KEYS.map((key) => (
        <Button key={key} variant="default" size="md" onClick={() => onPress(key)} aria-label={`Key ${key}`}>
          {key}
        </Button>
      ))}
    </SimpleGrid>
  );
}
