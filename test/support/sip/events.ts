/** A promise for something that a callback tells once. */
export function firstEvent<T>(listen: (resolve: (value: T) => void) => void): Promise<T> {
  return new Promise((resolve) => {
    listen(resolve);
  });
}
