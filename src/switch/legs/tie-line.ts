/**
 * Two endpoints that carry a talk from one media server to another, RTP straight between the servers: a bridge ends at the
 * edge of its server. The parties hear nothing of it: their dialogs, keys of SRTP, holds and recordings stay as they are
 * (docs/adr/0018-tie-lines.md). Used by bridge.ts and eavesdrop.ts.
 */
import { Fault } from '../../errors.js';
import { NOWHERE, offerOf } from '../messages/session-text.js';
import type { EndpointTerms } from '../servers/media-server.js';
import type { Endpoint } from './endpoint.js';

/** A party on hold sends nothing for as long as it likes. What ends a line is the end of its talk. */
const SILENCE_MS = 24 * 3_600_000;

/** `show channels` tells the user part of From: so both ends are known as a pair, also by who did not make them. */
const TIE_USER = /^tie-(.+)$/;

export function tieOf(callerNumber: string): string | undefined {
  return TIE_USER.exec(callerNumber)?.[1];
}

function tieTerms(id: string): EndpointTerms {
  return { headers: { 'X-Media-Timeout': String(SILENCE_MS), From: `<sip:tie-${id}@localhost>` } };
}

export class TieLine {
  /** On the server of the endpoint it was opened for, and on the other's. */
  readonly near: Endpoint;
  readonly far: Endpoint;
  #state: 'open' | 'over' = 'open';
  #closed: Promise<unknown> = Promise.resolve();

  constructor(near: Endpoint, far: Endpoint) {
    this.near = near;
    this.far = far;
    near.otherEnd = far;
    far.otherEnd = near;
  }

  /** It goes with whom it was opened for; with one that is only let go of, its talk goes on. */
  endsWith(endpoint: Endpoint): void {
    endpoint.life.onEnd((why) => {
      if (why === 'forgotten') this.#forget();
      else void this.close();
    });
  }

  /** One of its ends was lost or killed, and nobody closed it. */
  onBroken(listener: (why: string) => void): void {
    for (const end of [this.near, this.far])
      end.life.onEnd(() => {
        if (this.#state === 'over') return;
        void this.close();
        listener(`the tie line between ${this.near.media.name} and ${this.far.media.name} broke`);
      });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'over';
      this.#closed = Promise.all([this.near.release(), this.far.release()]);
    }
    await this.#closed;
  }

  #forget(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    for (const end of [this.near, this.far]) end.forget();
  }
}

/** Throws Fault `switch-unavailable` or `switch-refused`. */
export async function openTieLine(from: Endpoint, to: Endpoint): Promise<TieLine> {
  const terms = tieTerms(from.uuid);
  const near = await from.media.createEndpoint(NOWHERE, from.signalling, terms);
  try {
    const far = await to.media.createEndpoint(offerOf(near.localSdp), to.signalling, terms);
    const line = new TieLine(near, far);
    for (const endpoint of [from, to]) line.endsWith(endpoint);
    const told = await near.modify(far.localSdp);
    if (told.ok) return line;
    throw new Fault('switch-unavailable', told.why);
  } catch (error) {
    await (near.otherEnd?.release() ?? Promise.resolve());
    await near.release();
    throw error;
  }
}
