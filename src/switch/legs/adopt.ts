/**
 * Watches a talk that a dead process began. The signalling server answers its BYE with 481 but reports it by `cdr:stop`;
 * the media server reports the channel's hang-up. Whatever comes first ends the other leg and both channels.
 */
import type { LegIdentity } from '../../domain/calls/call.js';
import type { LegId } from '../../domain/values/ids.js';
import type { Activity, AdoptedEnd, AdoptRequest } from '../../app/ports/switch.js';
import type { SwitchContext } from '../context.js';
import { endStored } from './end-stored.js';
import type { SipText } from '../libraries.js';
import { Outcome } from '../lifetime.js';
import type { MediaLink } from '../servers/media-server.js';

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
  readonly #releases: (() => void)[] = [];
  #cancelCheck: () => void = () => undefined;

  constructor(request: AdoptRequest, reports: StopReports, context: SwitchContext) {
    this.#request = request;
    this.#reports = reports;
    this.#context = context;
  }

  get outcome(): Promise<AdoptedEnd> {
    return this.#outcome.promise;
  }

  start(): void {
    for (const { legId, identity } of this.#request.legs) this.#watch(legId, identity);
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
    for (const { identity } of this.#request.legs) void endStored(identity, this.#context);
    for (const channelUuid of this.#request.ties)
      void endStored({ sipCallId: '', channelUuid }, this.#context);
  }

  #watch(legId: LegId, identity: LegIdentity): void {
    this.#releases.push(this.#reports.onStop(identity.sipCallId, () => this.end('remote-bye', legId)));
    if (identity.channelUuid === undefined) return;
    for (const media of this.#context.media.of(identity.mediaNode)) {
      media.subscribe('CHANNEL_HANGUP_COMPLETE');
      const unwatch = media.watch(identity.channelUuid, ({ name, hangupCause }) => {
        if (name === 'CHANNEL_HANGUP_COMPLETE')
          this.end(hangupCause === 'MEDIA_TIMEOUT' ? 'media-timeout' : 'channel-ended', legId);
      });
      this.#releases.push(unwatch);
    }
  }

  /**
   * The server reports the ends of old dialogs to a connection only after that has used one of them, and a restarted
   * server does not know them at all: an OPTIONS within each dialog settles both.
   */
  async #checkDialogs(): Promise<void> {
    for (const { legId, identity } of this.#request.legs) {
      if (identity.dialogId === undefined || this.#outcome.settled) continue;
      const request = { method: 'OPTIONS', stackDialogId: identity.dialogId, headers: {} };
      const servers = this.#context.signalling.of(identity.signallingNode);
      const asked = await Promise.all(servers.map((signalling) => signalling.request(request)));
      if (asked.every(({ kind }) => kind === 'failed')) this.end('channel-ended', legId);
    }
  }

  #checkLater(): void {
    if (this.#outcome.settled) return;
    this.#cancelCheck = this.#context.clock.after(
      CHECK_MS,
      () => void this.#checkChannels().then(() => this.#checkLater()),
    );
  }

  async #checkChannels(): Promise<void> {
    for (const { legId, identity } of this.#request.legs) {
      const servers = this.#context.media.of(identity.mediaNode);
      const found = await Promise.all(servers.map((media) => this.#standsOn(media, identity.channelUuid)));
      if (found.every((answer) => answer === 'gone')) this.end('channel-ended', legId);
    }
  }

  /** A server that does not come back has taken its channels along. */
  async #standsOn(
    { eventSocket, state, since }: MediaLink,
    uuid = '',
  ): Promise<'there' | 'gone' | 'unknown'> {
    if (state === 'lost' && this.#context.clock.now() - since > CHECK_MS) return 'gone';
    const exists = await eventSocket?.api(`uuid_exists ${uuid}`);
    if (exists?.kind !== 'value') return 'unknown';
    return exists.value.startsWith('false') ? 'gone' : 'there';
  }
}
