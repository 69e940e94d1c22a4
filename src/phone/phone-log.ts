/**
 * What happened on a phone, in order: every SIP message and the events drawn from them. In memory for tests in the same
 * process; as JSON lines in a file for those that kill it. Owned by open-phone.ts.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { startLineOf } from '../wire/sip-message.js';
import type { SipMessage } from '../wire/sip-types.js';

export type PhoneEventName =
  'invited' | 'ringing' | 'answered' | 'held' | 'resumed' | 'transfer' | 'digit' | 'ended' | 'registered';

export interface MessageEntry {
  readonly kind: 'message';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly phone: string;
  readonly direction: 'in' | 'out';
  readonly line: string;
  readonly message: SipMessage;
  readonly remote: string;
}

export interface EventEntry {
  readonly kind: 'event';
  readonly at: number;
  readonly phone: string;
  readonly event: PhoneEventName;
  /** Number and Call-ID of the call; absent for the phone's own events. */
  readonly call?: number;
  readonly callId?: string;
  /** The digit, the status, or who ended it. */
  readonly detail?: string;
}

export type LogEntry = MessageEntry | EventEntry;

/** Entries kept in memory; the oldest tenth goes when there are more. The file has all of them. */
const KEPT_ENTRIES = 20_000;

export interface PhoneLogOptions {
  readonly phone: string;
  readonly now: () => number;
  readonly path?: string | undefined;
}

export class PhoneLog {
  readonly #options: PhoneLogOptions;
  #entries: LogEntry[] = [];
  #file: number | undefined;

  constructor(options: PhoneLogOptions) {
    this.#options = options;
    if (options.path !== undefined) this.#file = openSync(options.path, 'a');
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** Start lines of the messages of one direction, in order. */
  lines(direction: 'in' | 'out'): string[] {
    return this.#entries.flatMap((entry) =>
      entry.kind === 'message' && entry.direction === direction ? [entry.line] : [],
    );
  }

  events(name?: PhoneEventName): EventEntry[] {
    return this.#entries.flatMap((entry) =>
      entry.kind === 'event' && (name === undefined || entry.event === name) ? [entry] : [],
    );
  }

  message(direction: 'in' | 'out', message: SipMessage, remote: string): void {
    this.#add({
      kind: 'message',
      ...this.#stamp(),
      direction,
      line: startLineOf(message).trimEnd(),
      message,
      remote,
    });
  }

  event(event: PhoneEventName, about: Pick<EventEntry, 'call' | 'callId' | 'detail'> = {}): void {
    this.#add({ kind: 'event', ...this.#stamp(), event, ...about });
  }

  clear(): void {
    this.#entries = [];
  }

  /** What comes after is kept in memory only. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #stamp(): { readonly at: number; readonly phone: string } {
    return { at: this.#options.now(), phone: this.#options.phone };
  }

  /** Synchronous on purpose: what a killed phone has seen is on disk. */
  #add(entry: LogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT_ENTRIES) this.#entries.splice(0, KEPT_ENTRIES / 10);
    if (this.#file !== undefined) writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }
}
