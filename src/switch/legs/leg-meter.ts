/**
 * How each leg's party was heard. The media server counts RTP and tells it with the end of the channel, which comes after
 * the leg's own: who waits for it is kept here, bounded, beside the legs.
 */
import { estimateMos, type Reception } from '../../domain/calls/quality.js';
import { present } from '../../domain/values/present.js';
import type { Clock, Metrics } from '../../app/ports/ports.js';
import type { SwitchWitness } from '../../app/ports/switch.js';
import type { Endpoint } from './endpoint.js';
import type { Fleet } from '../servers/fleet.js';
import type { EslEvent } from '../libraries.js';
import type { MediaLink } from '../servers/media-server.js';
import type { SwitchLeg } from './leg.js';

export interface MeterPorts {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly witness: () => SwitchWitness;
}

/** Channels whose end was never told, because the connection was lost meanwhile; the oldest are forgotten. */
const MOST_WAITING = 5000;
const PREFIX = 'variable_rtp_audio_in_';

export class LegMeter {
  readonly #ports: MeterPorts;
  readonly #waiting = new Map<string, () => void>();

  constructor(media: Fleet<MediaLink>, ports: MeterPorts) {
    this.#ports = ports;
    for (const server of media.all) server.subscribe('CHANNEL_HANGUP_COMPLETE');
  }

  follow(leg: SwitchLeg, { media, uuid: channelUuid }: Pick<Endpoint, 'media' | 'uuid'>): void {
    const stop = media.watch(channelUuid, ({ name, reception }) => {
      if (name !== 'CHANNEL_HANGUP_COMPLETE') return;
      this.#forget(channelUuid);
      if (reception !== undefined) this.#tell(leg, reception);
    });
    this.#waiting.set(channelUuid, stop);
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MOST_WAITING && oldest !== undefined) this.#forget(oldest);
  }

  #forget(channelUuid: string): void {
    this.#waiting.get(channelUuid)?.();
    this.#waiting.delete(channelUuid);
  }

  #tell({ id, role, trunk }: SwitchLeg, reception: Reception): void {
    const { clock, metrics, witness } = this.#ports;
    const mos = estimateMos(reception);
    metrics.observe('dialtrace_leg_mos', mos, { role, trunk: trunk ?? '' });
    witness().measured?.({ legId: id, at: clock.now(), mos, ...reception, ...present({ trunk }) });
  }
}

/** switch_rtp.c, do_mos: a lost packet is a flaw, and each gap costs two more as a penalty. */
const FLAWS_OF_A_LOSS = 3;

/**
 * From FreeSWITCH's own figures, which have no count of lost packets: `loss_rate` is their share of those that came, but
 * renewed every 5 s and with two decimals; `flaw_total` is up to date, and exact where packets are lost one by one. The
 * variance is of the worst spell, in ms². Undefined when nothing ever came.
 */
export function receptionOf(event: EslEvent): Reception | undefined {
  const figure = (name: string) => Number(event.getHeader(`${PREFIX}${name}`) ?? 0) || 0;
  const packets = figure('media_packet_count');
  if (packets === 0) return undefined;
  const jitterMs = Math.round(100 * Math.sqrt(figure('jitter_max_variance'))) / 100;
  const lost = Math.max(figure('jitter_loss_rate') * packets, figure('flaw_total') / FLAWS_OF_A_LOSS);
  return { packets, lost: Math.round(lost), jitterMs };
}
