/** Branded ids. All are opaque strings made by the `Ids` port; foreign ids (TikTok's 19 digits) stay strings too. */

declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type LeadId = Brand<string, 'LeadId'>;
export type AttemptId = Brand<string, 'AttemptId'>;
export type CallId = Brand<string, 'CallId'>;
export type LegId = Brand<string, 'LegId'>;
export type ActivityId = Brand<string, 'ActivityId'>;
export type RecordingId = Brand<string, 'RecordingId'>;
export type ConnectionId = Brand<string, 'ConnectionId'>;
export type FormId = Brand<string, 'FormId'>;
export type PushId = Brand<string, 'PushId'>;
export type JobId = Brand<string, 'JobId'>;
export type EventId = Brand<string, 'EventId'>;
export type ApiKeyId = Brand<string, 'ApiKeyId'>;
export type VisitorId = Brand<string, 'VisitorId'>;
export type SessionId = Brand<string, 'SessionId'>;
export type DealId = Brand<string, 'DealId'>;

/** E.164 with the leading plus. Only `parsePhone` makes one from outside text. */
export type E164 = Brand<string, 'E164'>;

/** Milliseconds since 1970-01-01T00:00:00Z. Fields of this type end in `At`. */
export type Instant = number;
