/** A switch that orders its change of the server. */
import { Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';

export function OnOff({
  label,
  checked,
  set,
}: {
  label: string;
  checked: boolean;
  set: (next: 'on' | 'off') => Promise<unknown>;
}) {
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: set,
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <Switch
      aria-label={label}
      checked={checked}
      disabled={isPending}
      error={error?.message}
      onChange={({ currentTarget }) => mutate(currentTarget.checked ? 'on' : 'off')}
    />
  );
}
