/**
 * Watches a talk that a dead process began. The signalling server answers its BYE with 481 but reports it by `cdr:stop`;
 * the media server reports the channel's hang-up. Whatever comes first ends the leg; the talk ends with the last but one, or
 * with whom it is for.
 */
import type { LegRole } from '../../domain/calls/call.js';
import type { Instant, LegId } from '../../domain/values/ids.js';
import { goesOn } from '../../domain/calls/talk-parties.js';
import type { Activity, AdoptedEnd, AdoptedLeg, AdoptRequest } from '../../app/ports/switch.js';
import type { SwitchContext } from '../context.js';
import { endStored } from './end-stored.js';
import type { SipText, SrfResponse } from '../libraries.js';
import { Outcome } from '../lifetime.js';
import type { MediaLink } from '../servers/media-server.js';

/** RFC 3261 §12.2.2. */
const NO_DIALOG = 481;
/** Catches what no event told: the channel list is the truth. */
const CHECK_MS = 10_000;

type Why = AdoptedEnd['why'];

/** The `cdr:stop` reports, by Call-ID. The route is asked for with the first adopted call and then stays. */
export class StopReports {
  readonly #listeners = new Map<string, () => void>();
  readonly #context: SwitchContext;
  #routed: 'no' | 'yes' = 'no';

  constructor(context: SwitchContext) {
    this.#context = context;
  }

  onStop(sipCallId: string, listener: () => void): () => void {
    if (this.#routed === 'no') this.#route();
    this.#listeners.set(sipCallId, listener);
    return () => this.#listeners.delete(sipCallId);
  }

  #route(): void {
    this.#routed = 'yes';
    const stopped = (_source: string, _time: string, _reason: string, bye: SipText) =>
      this.#listeners.get(bye.get('Call-ID') ?? '')?.();
    for (const { srf } of this.#context.signalling.all) srf.on('cdr:stop', stopped);
  }
}

export function adopt(
  request: AdoptRequest,
  reports: StopReports,
  context: SwitchContext,
): Activity<AdoptedEnd> {
  const adopted = new Adopted(request, reports, context);
  adopted.start();
  return { outcome: adopted.outcome, stop: () => adopted.end('stopped') };
}

class Adopted {
  readonly #request: AdoptRequest;
  readonly #reports: StopReports;
  readonly #context: SwitchContext;
  readonly #outcome = new Outcome<AdoptedEnd>();
  readonly #since: Instant;
  readonly #releases: (() => void)[] = [];
  #left: readonly AdoptedLeg[];
  #cancelCheck: () => void = () => undefined;

  constructor(request: AdoptRequest, reports: StopReports, context: SwitchContext) {
    this.#request = request;
    this.#left = request.legs;
    this.#since = context.clock.now();
    this.#reports = reports;
    this.#context = context;
  }

  get outcome(): Promise<AdoptedEnd> {
    return this.#outcome.promise;
  }

  start(): void {
    for (const leg of this.#request.legs) this.#watch(leg);
    for (const channelUuid of this.#request.ties)
      this.#watchChannel(channelUuid, this.#context.media.all, (why) => this.end(why));
    void this.#checkDialogs().then(() => this.#checkLater());
  }

  end(why: Why, endedLeg?: LegId): void {
    if (this.#outcome.settled) return;
    this.#cancelCheck();
    for (const release of this.#releases.splice(0)) release();
    this.#outcome.settle({
      kind: 'ended',
      at: this.#context.clock.now(),
      why,
      ...(endedLeg !== undefined && { endedLeg }),
    });
    for (const { identity } of this.#left) void endStored(identity, this.#context);
    for (const channelUuid of this.#request.ties)
      void endStored({ sipCallId: '', channelUuid }, this.#context);
  }

  #leave(leg: AdoptedLeg, why: Why): void {
    if (this.#outcome.settled || !this.#left.includes(leg)) return;
    const others = this.#left.filter((other) => other !== leg);
    if (!goesOn(rolesOf(others), rolesOf(this.#request.legs))) {
      this.end(why, leg.legId);
      return;
    }
    this.#left = others;
    void endStored(leg.identity, this.#context);
    this.#request.left?.(leg.legId, why, this.#context.clock.now());
  }

  #watch(leg: AdoptedLeg): void {
    const { sipCallId, channelUuid, mediaNode } = leg.identity;
    this.#releases.push(this.#reports.onStop(sipCallId, () => this.#leave(leg, 'remote-bye')));
    if (channelUuid !== undefined)
      this.#watchChannel(channelUuid, this.#context.media.of(mediaNode), (why) => this.#leave(leg, why));
  }

  #watchChannel(channelUuid: string, servers: readonly MediaLink[], ended: (why: Why) => void): void {
    for (const media of servers) {
      media.subscribe('CHANNEL_HANGUP_COMPLETE');
      const unwatch = media.watch(channelUuid, ({ name, hangupCause }) => {
        if (name === 'CHANNEL_HANGUP_COMPLETE')
          ended(hangupCause === 'MEDIA_TIMEOUT' ? 'media-timeout' : 'channel-ended');
      });
      this.#releases.push(unwatch);
    }
  }

  /**
   * The server reports the ends of old dialogs to a connection only after that has used one of them, and a restarted
   * server does not know them at all: an OPTIONS within each dialog settles both. A party that left takes one dialog along,
   * a server all of them. A phone whose re-INVITE (hold, resume) nobody could answer any more has given its dialog up
   * without a BYE (RFC 5057 §5.1): it says so to the OPTIONS.
   */
  async #checkDialogs(): Promise<void> {
    const legs = this.#left;
    const asked = await Promise.all(legs.map((leg) => this.#isDialogGone(leg)));
    const gone = legs.filter((_, index) => asked[index]);
    const isLost = gone.length > 1 && gone.length === legs.length;
    for (const leg of gone) this.#leave(leg, isLost ? 'lost' : 'channel-ended');
  }

  async #isDialogGone(leg: AdoptedLeg): Promise<boolean> {
    const { dialogId, signallingNode } = leg.identity;
    if (dialogId === undefined) return false;
    const request = { method: 'OPTIONS', stackDialogId: dialogId, headers: {} };
    const answered = ({ status }: SrfResponse) => {
      if (status === NO_DIALOG) this.#leave(leg, 'remote-bye');
    };
    const servers = this.#context.signalling.of(signallingNode);
    const asked = await Promise.all(servers.map((signalling) => signalling.request(request, answered)));
    return asked.every(({ kind }) => kind === 'failed');
  }

  #checkLater(): void {
    if (this.#outcome.settled) return;
    this.#cancelCheck = this.#context.clock.after(
      CHECK_MS,
      () => void Promise.all([this.#checkDialogs(), this.#checkChannels()]).then(() => this.#checkLater()),
    );
  }

  async #checkChannels(): Promise<void> {
    for (const leg of this.#left) {
      const servers = this.#context.media.of(leg.identity.mediaNode);
      const found = await Promise.all(
        servers.map((media) => this.#standsOn(media, leg.identity.channelUuid)),
      );
      if (found.some((answer) => answer === 'there' || answer === 'unknown')) continue;
      this.#leave(leg, found.includes('lost') ? 'lost' : 'channel-ended');
    }
  }

  /** A server that does not come back has taken its channels along, and so has one that was away meanwhile. */
  async #standsOn(media: MediaLink, uuid = ''): Promise<'there' | 'gone' | 'lost' | 'unknown'> {
    const { state, since, eventSocket } = media;
    if (state === 'lost' && this.#context.clock.now() - since > CHECK_MS) return 'lost';
    const exists = await eventSocket?.api(`uuid_exists ${uuid}`);
    if (exists?.kind !== 'value') return 'unknown';
    if (!exists.value.startsWith('false')) return 'there';
    return since > this.#since ? 'lost' : 'gone';
  }
}

function rolesOf(legs: readonly AdoptedLeg[]): readonly LegRole[] {
  return legs.map(({ role }) => role);
}
