/** The remaining ports: time, ids, chance, speech, files, logging, events. Adapters implement them; use cases get them. */
import type { TimelineEvent } from '../../domain/calls/events.js';
import type { CallId, Instant } from '../../domain/values/ids.js';
import type { OpenStandby } from './standby.js';
import type { Store } from './store.js';
import type { Switch } from './switch.js';
import type { TikTok } from './tiktok.js';

export interface Clock {
  now(): Instant;
  /** Returns a function that cancels it. */
  after(ms: number, action: () => void): () => void;
}

export interface Ids {
  /** Sortable by time of making, unique, URL-safe. */
  next(): string;
}

export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
}

export interface SpokenPrompt {
  readonly path: string;
  readonly seconds: number;
  readonly provider: string;
  readonly cached: boolean;
}

export interface SpeechRequest {
  /** Prompt of the catalogue that the text came from: its recording steps in when no voice works. */
  readonly prompt?: string;
  readonly text: string;
  /** The same with speech markup, for voices that read it. */
  readonly ssml?: string;
  readonly locale: string;
  readonly voice?: string;
  readonly rate?: number;
}

export interface ProviderHealth {
  readonly provider: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** 8 kHz mono WAV for a text. Throws Fault `speech-failed` when every provider fails. */
export interface Speech {
  speak(
    request: SpeechRequest,
    options?: { readonly signal?: AbortSignal; readonly deadlineMs?: number },
  ): Promise<SpokenPrompt>;
  health(): Promise<readonly ProviderHealth[]>;
  close(): Promise<void>;
}

/** `locale` is the language the text is written in, which may be a fallback of the one asked for. */
export type RenderedPrompt =
  | { readonly ok: true; readonly text: string; readonly ssml?: string; readonly locale: string }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Prompt catalogue and text templates. */
export interface Templates {
  /** A named prompt of the catalogue in the nearest locale; `seed` chooses among its wordings, without it the first. */
  render(
    prompt: string,
    locale: string,
    names: Readonly<Record<string, unknown>>,
    seed?: string,
  ): RenderedPrompt;
  /** A template written by an admin (connection, form). */
  renderText(template: string, locale: string, names: Readonly<Record<string, unknown>>): RenderedPrompt;
  /** A text for machines: nothing is left out for the ear, and it may be empty. */
  fill(template: string, names: Readonly<Record<string, unknown>>): RenderedPrompt;
  /** Problems of a template with the names it may use. Empty when good. */
  check(template: string, knownNames: readonly string[]): readonly string[];
  /** Path of a recorded prompt in the nearest locale, for when no voice speaks. */
  recorded(prompt: string, locale: string, seed?: string): string | undefined;
  /** Path of a recording that people made of the prompt for this place: it is played, and no voice asked. */
  own(prompt: string, locale: string, seed: string): string | undefined;
}

/** Recordings that people make for this place. */
export interface OwnPrompts {
  /** Is there such a text in this language? */
  has(prompt: string, locale: string): boolean;
  /** The file becomes the prompt's recording, in the form a line plays. Rejects when there is nothing to hear in it. */
  keep(made: { readonly prompt: string; readonly locale: string; readonly path: string }): Promise<void>;
}

/** Addresses under which people without an API key hear a recording, for a while. */
export interface RecordingLinks {
  urlOf(callId: CallId, now: Instant): string;
}

export interface Files {
  size(path: string): Promise<number | undefined>;
  remove(path: string): Promise<void>;
  ensureDirectory(path: string): Promise<void>;
  freeBytes(path: string): Promise<number | undefined>;
}

export interface SendRequest {
  /** Absent: POST. */
  readonly method?: 'POST' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty with GET. */
  readonly body: string;
  readonly timeoutMs: number;
  /** Characters of the answer that are kept. Absent: enough for a message. */
  readonly longestAnswer?: number;
}

export type SendOutcome =
  | { readonly kind: 'accepted'; readonly status: number; readonly body: string }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly retryAfterSeconds?: number;
      readonly body: string;
    }
  | { readonly kind: 'unreachable'; readonly why: string };

/** Outgoing HTTP with SSRF guard. */
export interface Sender {
  send(request: SendRequest): Promise<SendOutcome>;
}

/** Signs outgoing webhooks as Standard Webhooks asks (`webhook-id`, `webhook-timestamp`, `webhook-signature`). */
export interface WebhookSigner {
  /** `secret` as configured (`whsec_…` or plain). Throws Fault `settings-invalid` when it cannot be used. */
  sign(
    secret: string,
    message: { readonly id: string; readonly at: Instant; readonly body: string },
  ): Readonly<Record<string, string>>;
}

export interface Secrets {
  /** Undefined when there is none of this name. */
  get(name: string): Promise<string | undefined>;
}

/** Seals what the store keeps secret. `name` is bound in: a sealed value opens under its own name only. */
export interface Sealer {
  seal(name: string, plain: string): string;
  /** Throws Fault `secret-unreadable`: the key of the store is another one now. */
  open(name: string, sealed: string): string;
  /** Unguessable, URL-safe. */
  nonce(): string;
}

export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, text: string): void;
  info(fields: Readonly<Record<string, unknown>>, text: string): void;
  warn(fields: Readonly<Record<string, unknown>>, text: string): void;
  error(fields: Readonly<Record<string, unknown>>, text: string): void;
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

/** Counters and histograms by name; telemetry owns the table of names (src/telemetry/metrics.ts). */
export interface Metrics {
  /** By one unless `amount` says more. */
  count(name: string, labels?: Readonly<Record<string, string>>, amount?: number): void;
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}

/** Committed events, for SSE and whoever waits in this process. Published after commit, in order. */
export interface Events {
  publish(events: readonly TimelineEvent[]): void;
  subscribe(listener: (event: TimelineEvent) => void): () => void;
}

export interface Ports {
  readonly store: Store;
  readonly switch: Switch;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  readonly speech: Speech;
  readonly templates: Templates;
  readonly ownPrompts: OwnPrompts;
  readonly files: Files;
  readonly sender: Sender;
  readonly secrets: Secrets;
  readonly sealer: Sealer;
  /** Absent: the settings name no app of TikTok. */
  readonly tiktok?: TikTok;
  readonly webhookSigner: WebhookSigner;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly events: Events;
  /** Absent: recordings are told to nobody by address. */
  readonly recordingLinks?: RecordingLinks;
  /** Hexadecimal. */
  readonly sha256: (text: string) => string;
  /** Absent: calls are refused while the store cannot be written. */
  readonly openStandby?: OpenStandby;
}
