/** The legs that are up, by id and by SIP dialog. A leg adds itself when made and removes itself when it ends. */
import type { LegId } from '../../domain/values/ids.js';
import type { SwitchLeg } from './leg.js';
import type { Replaces } from '../messages/replaces.js';

export class LegRegistry {
  readonly #legs = new Map<LegId, SwitchLeg>();
  readonly #byCallId = new Map<string, SwitchLeg>();

  get size(): number {
    return this.#legs.size;
  }

  add(leg: SwitchLeg): void {
    this.#legs.set(leg.id, leg);
    this.#byCallId.set(leg.identity.sipCallId, leg);
  }

  remove(leg: SwitchLeg): void {
    this.#legs.delete(leg.id);
    this.#forgetCallId(leg, leg.identity.sipCallId);
  }

  /** A leg tried a second gateway: its Call-ID is a new one. */
  renamed(leg: SwitchLeg, from: string): void {
    this.#forgetCallId(leg, from);
    this.#byCallId.set(leg.identity.sipCallId, leg);
  }

  get(id: LegId): SwitchLeg | undefined {
    return this.#legs.get(id);
  }

  withCallId(sipCallId: string): SwitchLeg | undefined {
    return this.#byCallId.get(sipCallId);
  }

  count(wanted: (leg: SwitchLeg) => boolean): number {
    let count = 0;
    for (const leg of this.#legs.values()) if (wanted(leg)) count += 1;
    return count;
  }

  /** Tags as the sender of a Replaces sees them: `toTag` is ours (RFC 3891 §3). An early dialog is known by its Call-ID. */
  inDialog({ callId, toTag, fromTag }: Replaces): SwitchLeg | undefined {
    const leg = this.#byCallId.get(callId);
    const { tags } = leg ?? {};
    return tags === undefined || (tags.local === toTag && tags.remote === fromTag) ? leg : undefined;
  }

  all(): SwitchLeg[] {
    return [...this.#legs.values()];
  }

  /** A call of ours may come back to us with the same Call-ID: the later leg keeps the name. */
  #forgetCallId(leg: SwitchLeg, sipCallId: string): void {
    if (this.#byCallId.get(sipCallId) === leg) this.#byCallId.delete(sipCallId);
  }
}
