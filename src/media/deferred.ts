/** A promise that is settled from outside, once: how ticks tell those who wait. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function defer<T>(): Deferred<T> {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve; // Runs before the constructor returns.
  });
  return { promise, resolve: (value) => settle?.(value) };
}
