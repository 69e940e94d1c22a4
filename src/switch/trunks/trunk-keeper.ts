/**
 * Keeps registrations and probes of the trunks in force: begins those that are new, ends those that are gone or changed.
 * Owned by connect.ts; reports what `Switch.trunks` tells.
 */
import type { TrunkState } from '../../app/ports/switch.js';
import type { SwitchContext } from '../context.js';
import { GatewayProbe, probeKey } from './gateway-probe.js';
import type { TrunkWithPassword } from '../options.js';
import { TrunkRegistration } from './trunk-registration.js';
import { UNKNOWN_HEALTH } from '../../domain/routing/gateway-health.js';
import { gatewayKey } from '../../domain/routing/gateway-key.js';

interface Kept {
  /** Of the trunk and its password: another text means begin anew. */
  readonly written: string;
  readonly given: TrunkWithPassword;
  readonly registration: TrunkRegistration | undefined;
  readonly probes: readonly GatewayProbe[];
}

export class TrunkKeeper {
  readonly #context: SwitchContext;
  readonly #kept = new Map<string, Kept>();
  readonly #release: () => void;

  constructor(context: SwitchContext) {
    this.#context = context;
    this.#release = context.options.trunks?.onChange(() => this.#synchronise()) ?? (() => undefined);
    this.#synchronise();
  }

  states(): readonly TrunkState[] {
    return [...this.#kept.values()].map(({ given: { trunk }, registration }) => ({
      trunk: trunk.name,
      ...(registration && { registration: registration.status }),
      gateways: trunk.gateways.map((gateway) => {
        const key = gatewayKey(gateway);
        const { state, since, roundTripMs } =
          this.#context.gateways.get(probeKey(trunk.name, gateway)) ?? UNKNOWN_HEALTH;
        return { key, state, since, ...(roundTripMs !== undefined && { roundTripMs }) };
      }),
    }));
  }

  /** A signalling server was lost or drained. */
  moveOn(): void {
    for (const { registration } of this.#kept.values()) registration?.moveOn();
  }

  close(): void {
    this.#release();
    for (const kept of this.#kept.values()) end(kept);
    this.#kept.clear();
  }

  #synchronise(): void {
    const wanted = new Map(
      (this.#context.options.trunks?.all() ?? []).map((given) => [given.trunk.name, given]),
    );
    for (const [name, kept] of [...this.#kept]) {
      const given = wanted.get(name);
      if (given !== undefined && JSON.stringify(given) === kept.written) continue;
      end(kept);
      this.#kept.delete(name);
    }
    for (const [name, given] of wanted) if (!this.#kept.has(name)) this.#kept.set(name, this.#begin(given));
  }

  #begin(given: TrunkWithPassword): Kept {
    const { trunk } = given;
    const { probe } = trunk;
    return {
      written: JSON.stringify(given),
      given,
      registration: trunk.registration && new TrunkRegistration(this.#context, given),
      probes:
        probe === undefined
          ? []
          : trunk.gateways.map(
              (gateway) => new GatewayProbe(this.#context, { trunk: trunk.name, gateway, terms: probe }),
            ),
    };
  }
}

function end({ registration, probes }: Kept): void {
  registration?.close();
  for (const probe of probes) probe.close();
}
