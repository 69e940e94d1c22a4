/** What routes are given, and the server type with zod as its schema language. */
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { App } from '../app/app.js';
import type { Clock, Events, Ids, Logger, Metrics, Secrets } from '../app/ports/ports.js';
import type { Store } from '../app/ports/store.js';
import type { SetVersion } from '../domain/routing/set-versions.js';
import type { FileLinks } from './file-links.js';
import type { CheckedRecordingLinks } from './recording-links.js';

export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What /readyz reports; each false with the reason. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
}

/** Where an address is, by a local database when there is one. */
export interface Place {
  readonly city?: string;
  /** ISO 3166. */
  readonly country?: string;
  /** ISO 3166-2, such as `CZ-64`. */
  readonly region?: string;
}

/** Taking the telephony files into use; main implements it. */
export interface TelephonyControl {
  /** Throws Fault `telephony-refused`, `conflict`. */
  apply(asked: {
    readonly author: string;
    readonly source: 'api';
    readonly percent: number;
  }): Promise<SetVersion>;
  /** Throws Fault `not-found`. */
  rollback(author: string, version?: number): Promise<SetVersion>;
  state(): { readonly ok: boolean; readonly detail: string };
}

export interface HttpContext {
  readonly placeOf?: (ip: string) => Place | undefined;
  readonly app: App;
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly events: Events;
  readonly secrets: Secrets;
  readonly logger: Logger;
  /** Set when recordings are told by address. */
  readonly recordingLinks?: CheckedRecordingLinks;
  /** Set when the media server gets its files by HTTP. */
  readonly fileLinks?: FileLinks;
  readonly readiness: () => Promise<Readiness>;
  readonly telephony: TelephonyControl;
  /** Where requests and streams are measured. */
  readonly meter: Pick<Metrics, 'observe'>;
  /** Prometheus text. */
  readonly metrics: () => Promise<string>;
}
