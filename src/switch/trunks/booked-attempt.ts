/** The record of one INVITE to one gateway of a trunk: begun, rang, ended; told once to the witness. */
import type { GatewayAttempt } from '../../domain/signalling/signalling.js';
import { gatewayKey } from '../../domain/routing/gateway-key.js';
import { causeOf } from '../../domain/routing/sip-causes.js';
import type { CallId, LegId } from '../../domain/values/ids.js';
import { messageOf } from '../../errors.js';
import type { SwitchContext } from '../context.js';
import type { InviteResult } from '../messages/invite.js';
import type { Route } from './routes.js';

export interface AttemptPlace {
  readonly legId: LegId;
  readonly callId: CallId;
  /** Absent for a phone: nothing is booked. */
  readonly trunk?: string;
  readonly route: Route;
}

type Final = Pick<GatewayAttempt, 'sipStatus' | 'why'>;

export class BookedAttempt {
  readonly #context: SwitchContext;
  readonly #place: AttemptPlace;
  readonly #startedAt: number;
  #rangAt: number | undefined;

  constructor(context: SwitchContext, place: AttemptPlace) {
    this.#context = context;
    this.#place = place;
    this.#startedAt = context.clock.now();
  }

  rang(): void {
    this.#rangAt ??= this.#context.clock.now();
  }

  unresolved(): void {
    this.#tell({ why: 'its name leads to no address' }, 'next-gateway');
  }

  end(result: InviteResult, next: 'done' | 'next'): void {
    const outcome = result.kind === 'answered' ? 'answered' : next === 'next' ? 'next-gateway' : 'ended';
    this.#tell(finalOf(result), outcome);
  }

  #tell(final: Final, outcome: GatewayAttempt['outcome']): void {
    const { legId, callId, trunk, route } = this.#place;
    if (trunk === undefined || route.gateway === undefined) return;
    const { clock, metrics, logger, witness } = this.#context;
    const endedAt = clock.now();
    const heardAt = this.#rangAt ?? (final.sipStatus === undefined ? undefined : endedAt);
    const gateway = gatewayKey(route.gateway);
    const attempt: GatewayAttempt = {
      ...{ legId, callId, trunk, gateway, startedAt: this.#startedAt, endedAt, outcome },
      ...final,
      ...(route.proxy !== undefined && { hop: route.proxy }),
      ...(heardAt !== undefined && { postDialDelayMs: heardAt - this.#startedAt }),
    };
    metrics.count('dialtrace_gateway_attempts_total', {
      trunk,
      gateway,
      status: String(final.sipStatus ?? 0),
    });
    try {
      witness().attempted?.(attempt);
    } catch (error) {
      logger.error({ leg: legId, why: messageOf(error) }, 'an attempt was not taken down');
    }
  }
}

function finalOf(result: InviteResult): Final {
  switch (result.kind) {
    case 'answered':
      return { sipStatus: 200, why: 'answered' };
    case 'refused':
      return { sipStatus: result.status, why: causeOf(result.status).why };
    case 'unsent':
    case 'garbled':
      return { why: `${result.kind}: ${result.why}` };
    case 'unanswerable':
      return { sipStatus: 200, why: 'the media server did not answer the session of the called party' };
    case 'lost':
      return { why: 'the signalling server was lost' };
    case 'abandoned':
      return { why: 'no sign of life in time' };
  }
}
