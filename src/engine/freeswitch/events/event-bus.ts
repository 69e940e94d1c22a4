/**
 * From whatever happens to whoever subscribed. An event's headers are built only when some connection wants its name,
 * and encoded once however many receive it. Connections (event-socket/) are the sinks; channels and the core fire.
 */
import { writeJsonEvent, writePlainEvent, type EslHeaders, type EslValue } from '../../../wire/esl-frame.js';
import type { FreeSwitchClock } from '../system-clock.js';
import { CALLING_SITES, type CallingSite } from './calling-sites.js';

export interface SwitchEvent {
  readonly name: string;
  readonly headers: EslHeaders;
  readonly body: string | undefined;
  json(): string;
  plain(): string;
}

export interface EventSink {
  wants(name: string, subclass: string | undefined): boolean;
  deliver(event: SwitchEvent): void;
}

/** Who this server says it is, in every event. */
export interface ServerIdentity {
  readonly coreUuid: string;
  readonly hostname: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

export interface EventKind {
  readonly name: string;
  readonly site: CallingSite;
  /** Only with `CUSTOM`. */
  readonly subclass?: string;
}

export type MutableHeaders = Record<string, EslValue>;

export class EventBus {
  readonly #sinks = new Set<EventSink>();
  readonly #identity: ServerIdentity;
  readonly #clock: FreeSwitchClock;
  #sequence = 0;

  constructor(identity: ServerIdentity, clock: FreeSwitchClock) {
    this.#identity = identity;
    this.#clock = clock;
  }

  add(sink: EventSink): void {
    this.#sinks.add(sink);
  }

  remove(sink: EventSink): void {
    this.#sinks.delete(sink);
  }

  /** `fill` adds what is particular to the event; it runs at once, and only when somebody wants the event. */
  fire(kind: EventKind, fill: (headers: MutableHeaders) => void, body?: string): void {
    const takers = [...this.#sinks].filter((sink) => sink.wants(kind.name, kind.subclass));
    if (takers.length === 0) {
      this.#sequence += 1;
      return;
    }
    const headers = this.commonHeaders(kind);
    fill(headers);
    const event = switchEvent(kind.name, headers, body);
    for (const sink of takers) sink.deliver(event);
  }

  /** The headers every event begins with; also the beginning of the `connect` reply and of `uuid_dump`. */
  commonHeaders(kind: EventKind): MutableHeaders {
    const now = this.#clock.now();
    const at = new Date(now);
    const [file, calling, line] = CALLING_SITES[kind.site];
    this.#sequence += 1;
    return {
      ...(kind.subclass === undefined ? {} : { 'Event-Subclass': kind.subclass }),
      'Event-Name': kind.name,
      'Core-UUID': this.#identity.coreUuid,
      'FreeSWITCH-Hostname': this.#identity.hostname,
      'FreeSWITCH-Switchname': this.#identity.hostname,
      'FreeSWITCH-IPv4': this.#identity.ipv4,
      'FreeSWITCH-IPv6': this.#identity.ipv6,
      'Event-Date-Local': localStamp(now),
      'Event-Date-GMT': at.toUTCString(),
      'Event-Date-Timestamp': microseconds(now),
      'Event-Calling-File': file,
      'Event-Calling-Function': calling,
      'Event-Calling-Line-Number': line,
      'Event-Sequence': String(this.#sequence),
    };
  }
}

function switchEvent(name: string, headers: EslHeaders, body: string | undefined): SwitchEvent {
  let json: string | undefined;
  let plain: string | undefined;
  return {
    name,
    headers,
    body,
    json: () => (json ??= writeJsonEvent(headers, body)),
    plain: () => (plain ??= writePlainEvent(headers, body)),
  };
}

/** Epoch microseconds as FreeSWITCH writes them. */
export function microseconds(ms: number): string {
  return String(Math.round(ms * 1000));
}

/** `2026-11-22 01:03:48`, in UTC: the engine knows no other zone. */
export function localStamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
