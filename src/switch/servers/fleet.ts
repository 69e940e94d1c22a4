/**
 * The servers of one side of the switch, one or several: which one gets a new call, which one a stored leg is on, which
 * are drained. Two of them are made by connect.ts, for signalling and for media.
 */
import type { SwitchServer, SwitchState } from '../../app/ports/switch.js';
import {
  chooseServer,
  isOpen,
  type MediaLoad,
  type ServerCandidate,
  type ServerStanding,
} from '../../domain/routing/choose-server.js';
import { present } from '../../domain/values/present.js';

export interface FleetServer {
  readonly name: string;
  /** `host:port` of its control connection. */
  readonly node: string;
  readonly state: SwitchState;
  readonly since: number;
  readonly version: string | undefined;
  /** `late`: its last question is not answered yet. */
  readonly answers?: 'in-time' | 'late';
  readonly load?: MediaLoad | undefined;
}

/** The best of them says what the side can do. */
const BEST_FIRST: readonly SwitchState[] = ['ready', 'connecting', 'lost', 'closed'];

export class Fleet<S extends FleetServer> {
  readonly all: readonly [S, ...S[]];
  readonly #legsOn: (server: S) => number;
  #drained: ReadonlySet<string> = new Set();

  constructor(all: readonly [S, ...S[]], legsOn: (server: S) => number) {
    this.all = all;
    this.#legsOn = legsOn;
  }

  get state(): SwitchState {
    return BEST_FIRST.find((state) => this.all.some((server) => server.state === state)) ?? 'closed';
  }

  /** All that is not named is no longer drained. */
  drain(names: ReadonlySet<string>): void {
    this.#drained = names;
  }

  standingOf({ name, state, answers }: S): ServerStanding {
    if (state !== 'ready') return 'down';
    if (this.#drained.has(name)) return 'draining';
    return answers === 'late' ? 'silent' : 'taking';
  }

  /** For a new call. `extraLegs`: those it is about to get. Undefined: none takes one. */
  choose({ except, extraLegs }: Choice<S> = {}): S | undefined {
    const candidates = this.all
      .filter((server) => except?.has(server) !== true)
      .map((server) => this.#candidate(server, extraLegs?.(server) ?? 0));
    return chooseServer(candidates)?.server;
  }

  /**
   * Where a stored leg is. The only one there is, whatever was stored: the embedded switch has another port at each
   * start. Of several all, when the leg's own is not among them any more.
   */
  of(node: string | undefined): readonly S[] {
    const named = this.all.filter((server) => server.node === node);
    return named.length === 0 ? this.all : named;
  }

  /** Of those that take calls the idlest one's, 0 to 1; undefined when one of them has not told. */
  idleCpu(): number | undefined {
    const taking = this.all.filter((server) => isOpen(this.#candidate(server, 0)));
    const shares = taking.flatMap(({ load }) => load?.idleCpu ?? []);
    return shares.length < taking.length || shares.length === 0 ? undefined : Math.max(...shares);
  }

  servers(): readonly Omit<SwitchServer, 'side'>[] {
    return this.all.map((server) => {
      const { name, node, state, since, version, load } = server;
      const standing = this.standingOf(server);
      return {
        name,
        node,
        state,
        since,
        standing,
        legs: this.#legsOn(server),
        ...present({ version, load }),
      };
    });
  }

  #candidate(server: S, extraLegs: number): ServerCandidate & { readonly server: S } {
    const standing = this.standingOf(server);
    return { server, standing, legs: this.#legsOn(server) + extraLegs, ...present({ load: server.load }) };
  }
}

interface Choice<S> {
  readonly except?: ReadonlySet<S>;
  readonly extraLegs?: (server: S) => number;
}
