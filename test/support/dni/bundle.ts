/** The number-swap script as the build makes it. */
export async function bundleDni(): Promise<string> {
  const build = (await import(new URL('../../../scripts/dni.mjs', import.meta.url).href)) as {
    bundleDni(): Promise<string>;
  };
  return build.bundleDni();
}
