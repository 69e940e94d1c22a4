/** What tells of a person and may go by itself after some days, field by field; the settings `people.keep…Days` say when. */

/**
 * `name` with the e-mail, `address` of the poster's machine, `texts` that were spoken or noted with the journal of the
 * call, which repeats all the others.
 */
export const KEPT_FIELDS = ['phone', 'name', 'address', 'answers', 'texts'] as const;
export type KeptField = (typeof KEPT_FIELDS)[number];

/** Days; 0 keeps it for ever. */
export type KeepDays = Readonly<Record<KeptField, number>>;

/** Texts name the person, so they go with the first of what they say. */
export function daysKept(days: KeepDays, field: KeptField): number {
  if (field !== 'texts') return days[field];
  const limits = [days.texts, days.phone, days.name, days.answers].filter((limit) => limit > 0);
  return limits.length === 0 ? 0 : Math.min(...limits);
}
