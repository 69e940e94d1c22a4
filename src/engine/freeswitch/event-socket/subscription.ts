/** Which events one event-socket connection wants, in which form, and its filters. */
import type { EslHeaders } from '../../../wire/esl-frame.js';
import { eventNameOf } from '../events/event-names.js';

export type EventFormat = 'plain' | 'json';

interface Filter {
  readonly name: string;
  readonly value: string;
}

/** `myevents` of one channel: everything that is about it. */
const CHANNEL_EVENTS = ['CHANNEL_', 'PLAYBACK_', 'RECORD_', 'DTMF', 'CUSTOM', 'DETECTED_', 'CALL_UPDATE'];

export class Subscription {
  format: EventFormat = 'plain';
  readonly #names = new Set<string>();
  readonly #subclasses = new Set<string>();
  #filters: Filter[] = [];
  #channelUuid: string | undefined;

  /** `json CHANNEL_ANSWER CUSTOM a::b`: words after CUSTOM are subclasses. `false`: nothing known was named. */
  subscribe(text: string): boolean {
    const words = text.split(/\s+/).filter((word) => word !== '');
    if (words[0] === 'json' || words[0] === 'plain')
      this.format = words.shift() === 'json' ? 'json' : 'plain';
    return this.#change(words, (set, value) => set.add(value));
  }

  unsubscribe(text: string): boolean {
    return this.#change(text.split(/\s+/), (set, value) => set.delete(value));
  }

  subscribeToChannel(uuid: string): void {
    this.#channelUuid = uuid;
  }

  clear(): void {
    this.#names.clear();
    this.#subclasses.clear();
    this.#channelUuid = undefined;
  }

  addFilter(name: string, value: string): void {
    this.#filters.push({ name, value: value.toLowerCase() });
  }

  /** Without a value every filter on that header goes; `all` drops them all. */
  removeFilter(name: string, value: string): void {
    const isMeant = (filter: Filter) =>
      name === 'all' || (filter.name === name && (value === '' || filter.value === value.toLowerCase()));
    this.#filters = this.#filters.filter((filter) => !isMeant(filter));
  }

  /** By name alone, before the event is built. */
  wants(name: string, subclass: string | undefined): boolean {
    if (this.#channelUuid !== undefined && CHANNEL_EVENTS.some((prefix) => name.startsWith(prefix)))
      return true;
    if (this.#names.has('ALL')) return true;
    if (name !== 'CUSTOM') return this.#names.has(name);
    return this.#names.has('CUSTOM') && (this.#subclasses.size === 0 || this.#subclasses.has(subclass ?? ''));
  }

  /** Filters are alternatives: one that holds lets the event pass. */
  passes(headers: EslHeaders): boolean {
    if (this.#channelUuid !== undefined && headers['Unique-ID'] === this.#channelUuid) return true;
    if (this.#filters.length > 0)
      return this.#filters.some(({ name, value }) => String(headers[name] ?? '').toLowerCase() === value);
    return this.#channelUuid === undefined;
  }

  #change(words: readonly string[], apply: (set: Set<string>, value: string) => void): boolean {
    const custom = words.findIndex((word) => word.toUpperCase() === 'CUSTOM');
    const plain = custom < 0 ? words : words.slice(0, custom + 1);
    const names = plain.flatMap((word) => eventNameOf(word) ?? []);
    for (const name of names) apply(this.#names, name);
    for (const subclass of custom < 0 ? [] : words.slice(custom + 1)) apply(this.#subclasses, subclass);
    return names.length > 0;
  }
}
