/** Pieces that both views share. */
import { Alert, Badge, Group, Paper, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { plain, STATUS_COLOURS } from './words.js';

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>;
}

/** Heads of a table's columns; those of figures stand right, after a first column that names the rows. */
export function Heads({ names, of = 'texts' }: { names: readonly string[]; of?: 'texts' | 'figures' }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {of === 'figures' && <Table.Th />}
        {names.map((name) => (
          <Table.Th key={name} ta={of === 'figures' ? 'right' : undefined}>
            {name}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Title order={3} size="h6" id={id} mb={6} mt="xs">
        {title}
      </Title>
      {children}
    </section>
  );
}

export function Sheet({ title, status, children }: { title: string; status: string; children: ReactNode }) {
  return (
    <Paper withBorder p={{ base: 'md', sm: 'lg' }} component="article" aria-label={title}>
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          <Badge size="lg" color={STATUS_COLOURS[status] ?? 'gray'} style={{ flexShrink: 0 }}>
            {plain(status)}
          </Badge>
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}

/** A place of the size of what will stand there, then it, or why not. */
export function Loaded<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: Error | null };
  children: (value: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Skeleton h={420} radius="md" aria-label="Loading" />;
  return (
    <Alert color="red" title="This could not be loaded" role="alert">
      {query.error.message}
    </Alert>
  );
}

export function Hint({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper p="xl" className="hint">
      <Text fw={600} mb={4}>
        {title}
      </Text>
      <Text c="dimmed" size="sm" component="div">
        {children}
      </Text>
    </Paper>
  );
}
