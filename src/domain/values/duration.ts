/** Durations as people write them in YAML: `45s`, `2m`, `1h30m`, `3d`, or a bare number of seconds. */

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds, or undefined when the text is no duration. */
export function parseDuration(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) && text >= 0 ? text : undefined;
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g))
    seconds += Number(amount) * UNITS[unit as keyof typeof UNITS];
  return seconds;
}

/** Minutes of the day of `HH:MM` (`24:00` allowed), or undefined. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 1440 ? minutes : undefined;
}
