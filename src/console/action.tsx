/** A button that orders something of the server, and says so when it was refused. */
import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';

interface ActionProps {
  label: string;
  run: () => Promise<unknown>;
  /** Asked before something that cannot be taken back. */
  question?: string;
  colour?: string;
  disabled?: boolean;
}

export function Action({ label, run, question, colour, disabled = false }: ActionProps) {
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: run,
    onSettled: () => queries.invalidateQueries(),
  });
  const order = (): void => {
    if (question === undefined || window.confirm(question)) mutate();
  };
  return (
    <span className="action">
      <Button
        size="compact-sm"
        variant="light"
        {...(colour !== undefined && { color: colour })}
        loading={isPending}
        disabled={disabled}
        onClick={order}
      >
        {label}
      </Button>
      {error !== null && (
        <Text size="xs" c="red" role="alert">
          {error.message}
        </Text>
      )}
    </span>
  );
}
