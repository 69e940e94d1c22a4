/** Events in the order of their commit, each with the seconds since the first one. */
import { Text } from '@mantine/core';
import type { TimelineEvent } from './records.js';
import { eventColour, eventSentence } from './event-words.js';
import { clock, duration, secondsBetween } from './words.js';

export function EventTimeline({ events }: { events: TimelineEvent[] }) {
  const first = events[0];
  if (first === undefined) return <Text c="dimmed">Nothing has happened yet.</Text>;
  return (
    <ol className="timeline" aria-label="Timeline">
      {events.map((event) => (
        <li key={event.id}>
          <time dateTime={event.at} title={clock(event.at)}>
            +{duration(secondsBetween(first.at, event.at))}
          </time>
          <span
            className="timeline-dot"
            style={{ background: `var(--mantine-color-${eventColour(event.name)}-filled)` }}
            aria-hidden="true"
          />
          <span className="timeline-words">{eventSentence(event)}</span>
          <code>{event.name}</code>
        </li>
      ))}
    </ol>
  );
}
