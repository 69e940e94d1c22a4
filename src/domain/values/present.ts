/** Optional fields under `exactOptionalPropertyTypes`: absent rather than present and undefined. */

export type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Drops `undefined` fields. */
export function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** A copy without this field. */
export function without<T extends object, K extends keyof T>(fields: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name)) as Omit<T, K>;
}
