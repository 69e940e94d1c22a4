/** The visitor behind a call or lead: source, confidence, what they looked at before. Text of strangers, shown as text. */
import { Badge, Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from './api.js';
import type { Touch, VisitorSnapshot } from './records.js';
import { Fact, Facts, Section } from './parts.js';
import { clock, dateAndClock, duration, plain } from './words.js';

function sourceOf({ source, medium, campaign }: Touch): string {
  return [source, medium, campaign].filter((part) => part !== null).join(' / ');
}

function Path({ visitor }: { visitor: VisitorSnapshot }) {
  return (
    <List aria-label="Path" size="sm" spacing={4}>
      {visitor.pages.map(({ url, title, at, seconds }, place) => (
        <List.Item key={place} style={{ overflowWrap: 'anywhere' }}>
          {clock(at)} {title ?? url}
          {seconds !== null && ` · ${duration(seconds)}`}
        </List.Item>
      ))}
      {visitor.tel_clicks.map(({ at, number }, place) => (
        <List.Item key={`click-${place}`}>
          {clock(at)} clicked {number ?? 'a number'}
        </List.Item>
      ))}
    </List>
  );
}

function Known({ visitor }: { visitor: VisitorSnapshot }) {
  const { browser, os, device, city, country, earlier_visits: earlier } = visitor;
  return (
    <Facts>
      <Fact name="on the site">{duration(visitor.seconds_on_site)}</Fact>
      <Fact name="device">{[device, browser, os].filter((part) => part !== null).join(', ')}</Fact>
      {city !== null && <Fact name="city">{[city, country].filter((part) => part !== null).join(', ')}</Fact>}
      <Fact name="earlier visits">
        {earlier.length === 0 ? 'none' : `${earlier.length}, last ${dateAndClock(earlier[0]?.at ?? '')}`}
      </Fact>
    </Facts>
  );
}

function Touches({ touches }: { touches: Touch[] }) {
  return (
    <Group gap={6} aria-label="Touches" role="list">
      {touches.map((touch, place) => (
        <Badge key={place} variant="light" tt="none" role="listitem" title={dateAndClock(touch.at)}>
          {plain(touch.channel)}: {sourceOf(touch)}
        </Badge>
      ))}
    </Group>
  );
}

interface VisitorOf {
  kind: 'calls' | 'leads';
  id: string;
  /** Of a call: how sure it is that this visitor called. */
  confidence?: string | undefined;
}

/** Nothing when no visitor is known of. */
export function VisitorSection({ kind, id, confidence }: VisitorOf) {
  const { data: visitor } = useQuery({
    queryKey: ['visitor', kind, id],
    queryFn: () => api.visitor(kind, id),
    retry: false,
  });
  if (visitor === undefined || visitor === null) return null;
  return (
    <Section title="Visitor">
      {confidence !== undefined && <Text size="sm">Confidence {Math.round(Number(confidence) * 100)} %</Text>}
      <Touches touches={visitor.touches} />
      <Known visitor={visitor} />
      <Path visitor={visitor} />
    </Section>
  );
}
