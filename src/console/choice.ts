/** What is shown, kept in the address (`#/calls/<id>`), so that it can be linked, reloaded and left by the back button. */
import { useHash } from '@mantine/hooks';

/** Tabs with a list on the left and the chosen record on the right. */
export const LISTS = ['leads', 'calls'] as const;
export const TABS = [...LISTS, 'live', 'speed', 'sources', 'connections', 'phone'] as const;
export type Tab = (typeof TABS)[number];
export type ListTab = (typeof LISTS)[number];

export const isList = (tab: Tab): tab is ListTab => LISTS.some((list) => list === tab);

export interface Choice {
  tab: Tab;
  /** The lead or call that is open; pages have none. */
  id: string | undefined;
}

export const addressOf = ({ tab, id }: Choice): string => `#/${tab}${id === undefined ? '' : `/${id}`}`;

export function choiceOf(hash: string): Choice {
  const [, name, id] = /^#\/([a-z]+)(?:\/([\w-]+))?$/.exec(hash) ?? [];
  const tab = TABS.find((known) => known === name) ?? 'leads';
  return { tab, id: isList(tab) ? id : undefined };
}

export function useChoice(): [Choice, (choice: Choice) => void] {
  const [hash, setHash] = useHash({ getInitialValueInEffect: false });
  return [choiceOf(hash), (choice) => setHash(addressOf(choice))];
}
