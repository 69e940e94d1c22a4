/** Optional fields under `exactOptionalPropertyTypes`: absent rather than present and undefined. */

export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops `undefined` fields. */
export function present<T extends object>(fields: T): Present<T> {
  return kept(fields, (_, value) => value !== undefined) as Present<T>;
}

/** A copy without this field; the object itself when it has none of that name. */
export function without<T extends object, K extends keyof T>(fields: T, name: K): Omit<T, K> {
  return name in fields ? (kept(fields, (key) => key !== name) as Omit<T, K>) : fields;
}

/** A loop rather than entries: dialplans do this several times a step. */
function kept(fields: object, isKept: (key: string, value: unknown) => boolean): object {
  const all = fields as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(all)) if (isKept(key, all[key])) copy[key] = all[key];
  return copy;
}
