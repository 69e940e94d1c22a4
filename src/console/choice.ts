/** What is shown, kept in the address (`#/calls/<id>`), so that it can be linked, reloaded and left by the back button. */
import { useHash } from '@mantine/hooks';

export const TABS = ['leads', 'calls'] as const;
export type Tab = (typeof TABS)[number];

export interface Choice {
  tab: Tab;
  /** The lead or call that is open. */
  id: string | undefined;
}

export const addressOf = ({ tab, id }: Choice): string => `#/${tab}${id === undefined ? '' : `/${id}`}`;

export function choiceOf(hash: string): Choice {
  const [, tab, id] = /^#\/(leads|calls)(?:\/([\w-]+))?$/.exec(hash) ?? [];
  return { tab: TABS.find((known) => known === tab) ?? 'leads', id };
}

export function useChoice(): [Choice, (choice: Choice) => void] {
  const [hash, setHash] = useHash({ getInitialValueInEffect: false });
  return [choiceOf(hash), (choice) => setHash(addressOf(choice))];
}
