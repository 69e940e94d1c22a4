/** How long a talk lasts, second by second. */
import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';

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
