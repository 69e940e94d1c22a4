/**
 * Where the legs of one call are: all of them on one media server, since bridges, ears and recordings end at its edge, and
 * on one signalling server as far as their phones allow, so that the loss of one costs the fewest calls.
 */
import { Fault } from '../../errors.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import { Outcome } from '../lifetime.js';
import type { EndpointTerms, MediaLink } from './media-server.js';
import type { Signalling } from './signalling.js';

/** A server that hangs must not cost a call that another one can take its patience. */
const OTHERWISE_ELSEWHERE_MS = 1500;

type Context = Pick<SwitchContext, 'media' | 'signalling' | 'spares' | 'logger' | 'deadlines'>;

/** Of a browser's offer: the answer comes first, the endpoint perhaps only when the browser has made keys with it. */
export interface BegunEndpoint {
  readonly answer: Promise<string>;
  readonly endpoint: Promise<Endpoint>;
}

export class Home {
  readonly #context: Context;
  #media: MediaLink | undefined;
  /** Once an endpoint was made, there is no other place for this call. */
  #state: 'open' | 'settled' = 'open';
  #signalling: Signalling | undefined;

  /** `signalling`: the one that a call came in by; else one is chosen. */
  constructor(context: Context, signalling = context.signalling.choose()) {
    this.#context = context;
    this.#signalling = signalling;
    this.#media = context.media.choose();
  }

  /** For a further leg; undefined: none takes one. */
  get signalling(): Signalling | undefined {
    if (this.#signalling?.state !== 'ready') this.#signalling = this.#context.signalling.choose();
    return this.#signalling;
  }

  /** Undefined while none takes a call. */
  get media(): MediaLink | undefined {
    return this.#media;
  }

  get isSettled(): boolean {
    return this.#state === 'settled';
  }

  /** One begun before, where there is one; Faults as `createEndpoint`. */
  async takeSpare(sdp: string, via: Signalling): Promise<Endpoint> {
    const { media } = this;
    const spare = media && (await this.#context.spares.take(media, via));
    if (spare === undefined) return this.createEndpoint(sdp, via);
    this.#state = 'settled';
    return spare;
  }

  /** The same for an offer of a browser. Both promises reject with the Faults of `createEndpoint`. */
  beginEndpoint(offer: string, via: Signalling): BegunEndpoint {
    const early = new Outcome<string>();
    const endpoint = this.createEndpoint(offer, via, { early });
    return { endpoint, answer: Promise.race([early.promise, endpoint.then(({ localSdp }) => localSdp)]) };
  }

  /** Elsewhere when the server is lost before the call has anything on it. Throws what the last one threw. */
  async createEndpoint(sdp: string, via: Signalling, terms: EndpointTerms = {}): Promise<Endpoint> {
    const tried = new Set<MediaLink>();
    for (;;) {
      const media = (this.#media ??= this.#context.media.choose());
      if (media === undefined) throw new Fault('switch-unavailable', 'No media server takes calls.');
      tried.add(media);
      const other = this.#other(tried);
      try {
        return await this.#createAt(media, { sdp, via, terms: hastened(terms, other, this.#context) });
      } catch (error) {
        if (other === undefined || terms.early?.settled || !mayMove(error, via)) throw error;
        this.#move(media, other);
      }
    }
  }

  async #createAt(
    media: MediaLink,
    { sdp, via, terms }: { sdp: string; via: Signalling; terms: EndpointTerms },
  ): Promise<Endpoint> {
    const endpoint = await media.createEndpoint(sdp, via, terms);
    if (this.#media === media) {
      this.#state = 'settled';
      return endpoint;
    }
    void endpoint.release(); // Another leg of the call has moved it meanwhile.
    throw new Fault('switch-unavailable', `No endpoint: the call has moved from ${media.name}.`);
  }

  #other(tried: ReadonlySet<MediaLink>): MediaLink | undefined {
    return this.#state === 'open' ? this.#context.media.choose({ except: tried }) : undefined;
  }

  #move(from: MediaLink, to: MediaLink): void {
    if (this.#media !== from) return;
    this.#media = to;
    this.#context.logger.warn({ from: from.name, to: to.name }, 'a call goes to another media server');
  }
}

/** A browser's endpoint takes as long as its keys. */
function hastened(terms: EndpointTerms, other: MediaLink | undefined, { deadlines }: Context): EndpointTerms {
  return other === undefined || terms.early !== undefined
    ? terms
    : { ...terms, deadlineMs: Math.min(deadlines.endpointMs, OTHERWISE_ELSEWHERE_MS) };
}

/** A session that no codec fits is refused by every server; without signalling none is reached. */
function mayMove(error: unknown, via: Signalling): boolean {
  return error instanceof Fault && error.code === 'switch-unavailable' && via.state === 'ready';
}
