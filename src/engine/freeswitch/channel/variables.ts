/**
 * Channel variables in the order FreeSWITCH keeps them: setting one again moves it to the end. Arrays are made by
 * `push` (transfer_history). Read by events, `uuid_dump` and applications.
 */
import type { EslValue } from '../../../wire/esl-frame.js';
import type { MutableHeaders } from '../events/event-bus.js';

export class Variables {
  readonly #values = new Map<string, EslValue>();

  /** `undefined` and '' remove the variable. */
  set(name: string, value: EslValue | undefined): void {
    this.#values.delete(name);
    if (value !== undefined && value !== '') this.#values.set(name, value);
  }

  /** In the given order. */
  setAll(values: Readonly<Record<string, EslValue | undefined>>): void {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  /** Appends to the variable without moving it; the second value makes it an array. */
  push(name: string, value: string): void {
    const present = this.#values.get(name);
    this.#values.set(name, present === undefined ? value : [present, value].flat());
  }

  /** Text of the variable; an array in its `ARRAY::` form. */
  get(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || typeof value === 'string' ? value : `ARRAY::${value.join('|:')}`;
  }

  /** FreeSWITCH's reading of a switch: true, yes, on, enabled, active, allow, t and non-zero numbers. */
  isTrue(name: string): boolean {
    return /^(?:true|yes|on|enabled|active|allow|t|y|[1-9]\d*)$/i.test(this.get(name) ?? '');
  }

  appendTo(headers: MutableHeaders): void {
    for (const [name, value] of this.#values) headers[`variable_${name}`] = value;
  }

  /** `${name}` in an application's argument. */
  expand(text: string): string {
    return text.includes('${')
      ? text.replace(/\$\{([^}]+)\}/g, (_, name: string) => this.get(name) ?? '')
      : text;
  }
}
