/** What the phones have seen so far, by whom: the moments that kills are timed by. */

export type Sighting =
  | 'operator-invited'
  | 'operator-answered'
  | 'operator-left'
  | 'client-invited'
  | 'client-answered'
  | 'client-refused'
  | 'client-hung-up';

interface Moment {
  readonly come: Promise<void>;
  readonly happen: () => void;
}

/** `who` is the operator's name or the client's number. Only the first time counts. */
export class Sightings {
  readonly #moments = new Map<string, Moment>();

  see(sighting: Sighting, who: string): void {
    this.#moment(sighting, who).happen();
  }

  when(sighting: Sighting, who: string): Promise<void> {
    return this.#moment(sighting, who).come;
  }

  #moment(sighting: Sighting, who: string): Moment {
    const key = `${sighting} ${who}`;
    const known = this.#moments.get(key);
    if (known !== undefined) return known;
    let happen = (): void => undefined;
    const come = new Promise<void>((resolve) => (happen = resolve));
    const moment = { come, happen };
    this.#moments.set(key, moment);
    return moment;
  }
}
