/** What drachtio-srf keeps inside, which a test may look at but the product must not. */
import { createRequire } from 'node:module';
import { vi } from 'vitest';

export interface SrfInside {
  /** Dialogs by id. */
  readonly _dialogs: ReadonlyMap<string, unknown>;
  readonly app: { readonly client: { readonly mapServer: ReadonlyMap<unknown, Record<string, unknown>> } };
}

interface SrfPrototype {
  connect: (this: SrfInside, ...values: unknown[]) => unknown;
}

/** Every Srf that connects from now on; `vi.restoreAllMocks` ends it. */
export function watchLibrary(): SrfInside[] {
  const { prototype } = createRequire(import.meta.url)('drachtio-srf') as { prototype: SrfPrototype };
  const seen: SrfInside[] = [];
  const { connect } = prototype;
  vi.spyOn(prototype, 'connect').mockImplementation(function (this: SrfInside, ...values: unknown[]) {
    seen.push(this);
    return connect.apply(this, values);
  });
  return seen;
}

/** Requests, invites and acknowledgements that some Srf still waits for. */
export function pendingIn(libraries: readonly SrfInside[]): number {
  const kept = libraries
    .flatMap(({ app }) => [...app.client.mapServer.values()])
    .flatMap((server) => Object.values(server))
    .filter((each): each is Map<unknown, unknown> => each instanceof Map);
  return kept.reduce((sum, { size }) => sum + size, 0);
}
