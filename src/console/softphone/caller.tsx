/** Who calls and why: what the lead said, else what the INVITE shows. */
import { Anchor, Stack, Text, Title } from '@mantine/core';
import { addressOf } from '../choice.js';
import { CrmCard } from '../crm-card.js';
import { Fact, Facts } from '../parts.js';
import { joined } from '../words.js';
import { useCard, type Card } from './card.js';
import type { PhoneCall } from './phone-state.js';

/** The names under which a touch or a tracked number tell where somebody came from. */
const ORIGIN = ['source', 'utm_source', 'medium', 'utm_medium', 'campaign', 'utm_campaign'] as const;

function originOf({ call, lead }: Card): string {
  const told = { ...call.attribution, ...lead?.touch };
  const parts = ORIGIN.map((name) => told[name]).filter((value) => value !== undefined);
  return joined(...new Set(parts));
}

function rowsOf(card: Card): readonly (readonly [string, string | null | undefined])[] {
  const { call, lead } = card;
  return [
    ['phone', lead?.phone ?? call.client_number],
    ['source', originOf(card) || lead?.source],
    ['form', lead?.form_name],
    ['ad', lead?.ad],
    ['campaign', lead?.campaign],
    ...(lead?.answers ?? []).map(({ field, value }) => [field, value] as const),
  ];
}

export function Caller({ call, user }: { call: PhoneCall; user: string }) {
  const card = useCard(call.id, user);
  const shown = [call.name, call.number].filter((text) => text !== '');
  const title = card?.lead?.client_name ?? card?.call.client_number ?? shown[0] ?? 'Unknown caller';
  const rows = card === undefined ? [] : rowsOf(card).filter(([, value]) => value !== title);
  const others = shown.filter((text) => text !== title && rows.every(([, value]) => value !== text));
  return (
    <Stack gap="xs">
      <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Title>
      {others.length > 0 && <Text c="dimmed">{others.join(' · ')}</Text>}
      {card !== undefined && (
        <Facts>
          {rows.map(([name, value]) =>
            value === null || value === undefined || value === '' ? null : (
              <Fact key={name} name={name}>
                {value}
              </Fact>
            ),
          )}
        </Facts>
      )}
      <CrmCard call={card?.call} />
      {card?.lead !== undefined && (
        <Anchor size="sm" href={addressOf({ tab: 'leads', id: card.lead.lead_id })}>
          Open the lead
        </Anchor>
      )}
    </Stack>
  );
}
