/** Times that reports are asked for. */
const DAY_MS = 86_400_000;

export const PERIODS = [
  { value: '1', label: 'a day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
];

/** `days` as in {@link PERIODS}. */
export const sinceDays = (days: string): string => new Date(Date.now() - Number(days) * DAY_MS).toISOString();

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
