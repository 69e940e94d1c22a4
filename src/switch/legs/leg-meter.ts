/**
 * How each leg's party was heard, and heard us. The media server counts RTP and tells it with the end of the channel, which
 * comes after the leg's own, and tells the party's RTCP as it comes: who waits for both is kept here, bounded, beside the legs.
 */
import {
  estimateFarMos,
  estimateMos,
  type FarReception,
  type Reception,
} from '../../domain/calls/quality.js';
import { present } from '../../domain/values/present.js';
import type { Clock, Metrics } from '../../app/ports/ports.js';
import type { SwitchWitness } from '../../app/ports/switch.js';
import type { Endpoint } from './endpoint.js';
import type { Fleet } from '../servers/fleet.js';
import type { MediaLink } from '../servers/media-server.js';
import type { SwitchLeg } from './leg.js';
import { ReportedReception } from './reception.js';

export interface MeterPorts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly witness: () => SwitchWitness;
}

/** Channels whose end was never told, because the connection was lost meanwhile; the oldest are forgotten. */
const MOST_WAITING = 5000;

export class LegMeter {
  readonly #ports: MeterPorts;
  readonly #waiting = new Map<string, () => void>();

  constructor(media: Fleet<MediaLink>, ports: MeterPorts) {
    this.#ports = ports;
    for (const server of media.all)
      for (const name of ['CHANNEL_HANGUP_COMPLETE', 'RECV_RTCP_MESSAGE'] as const) server.subscribe(name);
  }

  follow(leg: SwitchLeg, { media, uuid: channelUuid }: Pick<Endpoint, 'media' | 'uuid'>): void {
    const reported = new ReportedReception();
    const stop = media.watch(channelUuid, ({ name, reception, farReport }) => {
      if (farReport !== undefined) reported.add(farReport);
      if (name !== 'CHANNEL_HANGUP_COMPLETE') return;
      this.#forget(channelUuid);
      if (reception !== undefined) this.#tell(leg, reception, reported.all());
    });
    this.#waiting.set(channelUuid, stop);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MOST_WAITING && oldest !== undefined) this.#forget(oldest);
  }

  #forget(channelUuid: string): void {
    this.#waiting.get(channelUuid)?.();
    this.#waiting.delete(channelUuid);
  }

  #tell({ id, role, trunk }: SwitchLeg, reception: Reception, far: FarReception | undefined): void {
    const { clock, witness } = this.#ports;
    const mos = estimateMos(reception, far?.roundTripMs);
    const farEndMos = far && estimateFarMos(far);
    this.#observe({ role, trunk: trunk ?? '' }, { mos, farEndMos, roundTripMs: far?.roundTripMs });
    const farEnd = { farEndMos, farEndLossPercent: far?.lossPercent, farEndJitterMs: far?.jitterMs };
    const optional = present({ trunk, ...farEnd, roundTripMs: far?.roundTripMs });
    witness().measured?.({ legId: id, at: clock.now(), mos, ...reception, ...optional });
  }

  #observe(
    labels: { readonly role: string; readonly trunk: string },
    measured: {
      readonly mos: number;
      readonly farEndMos: number | undefined;
      readonly roundTripMs: number | undefined;
    },
  ): void {
    const { metrics } = this.#ports;
    const { mos, farEndMos, roundTripMs } = measured;
    metrics.observe('dialtrace_leg_mos', mos, labels);
    if (farEndMos !== undefined) metrics.observe('dialtrace_leg_far_end_mos', farEndMos, labels);
    if (roundTripMs !== undefined)
      metrics.observe('dialtrace_leg_round_trip_seconds', roundTripMs / 1000, labels);
  }
}
