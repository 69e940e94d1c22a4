/**
 * A call we make: an endpoint on the media server first, then the INVITE to the phone or to the trunk's gateways one
 * after the other, until one answers, rings, or none is left. Every way out ends the leg exactly once.
 */
import type { HangupReason, OriginateRequest } from '../../app/ports/switch.js';
import { isGatewayFault } from '../../domain/routing/sip-causes.js';
import { Fault, messageOf } from '../../errors.js';
import { reasonHeader, withQ850 } from '../messages/causes.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from './endpoint.js';
import { tellNewKey } from '../messages/new-key.js';
import { readCrypto } from '../../wire/sdp-crypto.js';
import { FarDialog } from '../messages/far-dialog.js';
import { Home } from '../servers/home.js';
import { probeKey } from '../trunks/gateway-probe.js';
import { Invite, type InviteResult } from '../messages/invite.js';
import { SwitchLeg, type EndingCause, type FarSide } from './leg.js';
import type { SrfDialog, SrfRequest, SrfResponse } from '../libraries.js';
import { Lifetime, settle } from '../lifetime.js';
import { isBrowser, type Contact } from '../phones/contact-book.js';
import { hopHeaders, hopsBeyond, isLooping } from '../messages/max-forwards.js';
import type { Registrar } from '../phones/registrar.js';
import type { Signalling } from '../servers/signalling.js';
import { BookedAttempt } from '../trunks/booked-attempt.js';
import { BrowserAnswer } from '../messages/browser-answer.js';
import { expiryHeaders, hostOf, phoneRoute, trunkRoutes, type Route } from '../trunks/routes.js';
import {
  addressed,
  forMedia,
  hasAudio,
  isTooOpen,
  NOWHERE,
  nowhereFor,
  offerOf,
} from '../messages/session-text.js';
import { watchSilence } from '../trunks/watch-silence.js';

/** More than this much ringing needs a longer media timeout than the 60 s of config/freeswitch. */
const MEDIA_GRACE_MS = 60_000;
const SHORT_RING_MS = 50_000;
/** What the signalling server says itself when the connection is gone. */
const GONE = 410;

type Resolved =
  | { readonly kind: 'routes'; readonly routes: readonly Route[] }
  | { readonly kind: 'nowhere'; readonly cause: EndingCause };

/** RFC 3261 §21.4.21. */
const LOOPING: Resolved = {
  kind: 'nowhere',
  cause: { by: 'system', reason: 'too-many-hops', sipStatus: 483 },
};

interface Place {
  readonly isLast: boolean;
  readonly next: Route | undefined;
}

type Tried = { readonly kind: 'done' } | { readonly kind: 'next'; readonly cause: EndingCause };

/** Through a NAT, and over a connection, a phone is reached only by the server that it registered with. */
function boundTo(contact: Contact | undefined, { signalling }: SwitchContext): Signalling | undefined {
  if (contact?.proxy === undefined) return undefined;
  return signalling.all.find(({ node }) => node === contact.signallingNode);
}

export class OutgoingLeg extends SwitchLeg implements FarSide {
  readonly #request: OriginateRequest;
  /** Of a registered phone. */
  readonly #contact: Contact | undefined;
  readonly #way: 'open' | 'closed';
  readonly #registrar: Registrar | undefined;
  #invite: Invite | undefined;
  #earlySdp: string | undefined;
  /** The key that the party was offered. */
  #offeredKey: string | undefined;
  /** Of the browser that rings now. */
  #browser: BrowserAnswer | undefined;

  constructor(context: SwitchContext, request: OriginateRequest, registrar: Registrar | undefined) {
    const beside = request.besideLeg && context.legs.get(request.besideLeg);
    const home = beside?.home ?? new Home(context);
    const { target } = request;
    const contact = contactFor(target, registrar);
    const via = boundTo(contact, context) ?? home.signalling;
    super(context, {
      id: request.legId,
      role: request.role,
      party: 'callee',
      identity: { sipCallId: request.sipCallId },
      home,
      signalling: via ?? context.signalling.all[0],
    });
    this.#request = request;
    this.hopsLeft = hopsBeyond(beside);
    this.trunk = trunkOf(target);
    this.#contact = contact;
    this.#registrar = registrar;
    this.#way = via === undefined ? 'closed' : 'open';
    this.faceFar(this);
  }

  /** Starts the call; progress comes as signals. Never rejects. */
  async run(): Promise<void> {
    try {
      if (this.#way === 'closed') throw new Fault('switch-unavailable', 'No signalling server takes calls.');
      const resolved = isLooping(this) ? LOOPING : await this.#resolve();
      if (resolved.kind === 'nowhere') {
        this.finish(resolved.cause);
        return;
      }
      const cancelTimer = this.context.clock.after(this.#request.ringMs, () =>
        this.endBecause({ by: 'system', reason: 'no-answer' }, 'no-answer'),
      );
      this.life.onEnd(cancelTimer);
      if (resolved.routes.every(({ offer }) => offer === 'theirs')) {
        await this.#tryAll(resolved.routes, undefined, cancelTimer);
        return;
      }
      const endpoint = await this.#createEndpoint(resolved.routes[0]);
      if (this.useEndpoint(endpoint)) await this.#tryAll(resolved.routes, endpoint, cancelTimer);
    } catch (error) {
      const level = error instanceof Fault ? 'warn' : 'error';
      this.context.logger[level]({ leg: this.id, why: messageOf(error) }, 'originate failed');
      this.finish({
        by: 'system',
        reason: error instanceof Fault ? 'unavailable' : 'failed',
        sipStatus: 503,
      });
    }
  }

  async #createEndpoint(route: Route | undefined): Promise<Endpoint> {
    const { ringMs } = this.#request;
    this.srtp = route?.media?.srtp;
    const sdp = nowhereFor(this.srtp);
    if (ringMs <= SHORT_RING_MS)
      return sdp === NOWHERE
        ? this.home.takeSpare(NOWHERE, this.signalling)
        : this.home.createEndpoint(sdp, this.signalling);
    const headers = { 'X-Media-Timeout': String(ringMs + MEDIA_GRACE_MS) };
    return this.home.createEndpoint(sdp, this.signalling, { headers });
  }

  async #resolve(): Promise<Resolved> {
    const { target } = this.#request;
    if (target.kind === 'trunk') return this.#resolveTrunk(target);
    if (target.kind === 'uri') return this.#phone(target.uri, hostOf(target.uri), undefined);
    const contact = this.#contact;
    if (contact) {
      const { routes } = this.#phone(contact.uri, contact.address, contact.proxy);
      return { kind: 'routes', routes: isBrowser(contact) ? routes.map(theirOffer) : routes };
    }
    return { kind: 'nowhere', cause: { by: 'system', reason: 'no-device', sipStatus: 480 } };
  }

  async #resolveTrunk(target: { readonly trunk: string; readonly number: string }): Promise<Resolved> {
    const trunk = this.context.options.trunk(target.trunk);
    if (!trunk) return { kind: 'nowhere', cause: { by: 'system', reason: 'no-trunk', sipStatus: 503 } };
    const written = this.#upFirst(target.trunk, trunkRoutes(this.#request, target.number, trunk));
    const routes = await Promise.all(written.map((route) => this.#withHops(route, target.number)));
    if (routes.flat().length > 0) return { kind: 'routes', routes: routes.flat() };
    return { kind: 'nowhere', cause: { by: 'system', reason: 'unresolved', sipStatus: 503 } };
  }

  /** Gateways that do not answer their probes come last: a wrong probe must not make a carrier unusable. */
  #upFirst(trunk: string, routes: readonly Route[]): readonly Route[] {
    const isDown = ({ gateway }: Route) =>
      gateway !== undefined && this.context.gateways.get(probeKey(trunk, gateway))?.state === 'down';
    return [...routes.filter((route) => !isDown(route)), ...routes.filter(isDown)];
  }

  /** One route for each address of the gateway. */
  async #withHops(route: Route, number: string): Promise<readonly Route[]> {
    if (route.gateway === undefined) return [route];
    const proxies = await this.context.hops.all(route.gateway, number);
    if (proxies.length === 0) this.#book(route).unresolved();
    return proxies.map((proxy) => ({ ...route, ...(proxy !== undefined && { proxy }) }));
  }

  #phone(
    uri: string,
    address: string | undefined,
    proxy: string | undefined,
  ): Extract<Resolved, { kind: 'routes' }> {
    return { kind: 'routes', routes: [phoneRoute(this.#request, uri, proxy, this.#mediaAddress(address))] };
  }

  #mediaAddress(remote: string | undefined): string | undefined {
    return remote === undefined ? undefined : this.context.options.mediaAddress?.(remote);
  }

  async #tryAll(
    routes: readonly Route[],
    endpoint: Endpoint | undefined,
    cancelTimer: () => void,
  ): Promise<void> {
    let cause: EndingCause = { by: 'system', reason: 'unavailable' };
    let line = endpoint;
    for (const [index, route] of routes.entries()) {
      if (route.after !== undefined && cause.sipStatus !== route.after) continue;
      if (index > 0) this.#renumber(index);
      const found = await this.#lineFor(route, line);
      if (found === 'ended') return;
      line = found;
      const next = routes[index + 1];
      const tried = await this.#try(route, line, { isLast: next === undefined, cancelTimer, next });
      if (tried.kind === 'done' || this.isEnding) return;
      cause = tried.cause;
    }
    this.finish(cause);
  }

  /** A media server that was asked for SRTP gives nothing else: another endpoint takes its place. */
  async #lineFor(route: Route, endpoint: Endpoint | undefined): Promise<Endpoint | undefined | 'ended'> {
    if (endpoint === undefined || this.srtp === route.media?.srtp) return endpoint;
    const other = await this.#createEndpoint(route);
    if (!this.useEndpoint(other)) return 'ended';
    void endpoint.release();
    return other;
  }

  /** A second gateway gets a Call-ID of its own: a late answer of the first must not be taken for this call's. */
  #renumber(index: number): void {
    const before = this.identity.sipCallId;
    this.identify({ sipCallId: `${this.#request.sipCallId}-${index + 1}` });
    this.context.legs.renamed(this, before);
  }

  async #try(
    route: Route,
    endpoint: Endpoint | undefined,
    place: Place & { readonly cancelTimer: () => void },
  ): Promise<Tried> {
    const booked = this.#book(route);
    const invite = this.#start(route, endpoint, { booked, cancelTimer: place.cancelTimer });
    const watched = new Lifetime<void>();
    if (!place.isLast) watchSilence(this.context, { route, invite, via: this.signalling, watched });
    const result = await invite.result;
    watched.end();
    if (result.kind !== 'answered') this.#browser?.letGo();
    if (result.kind === 'refused') this.#forgetWhenGone(result.status);
    const tried = this.#conclude(result, invite, place);
    booked.end(result, tried.kind);
    return tried;
  }

  /** The tab of a browser was closed: its connection is gone, and so is its address. The next lead must not find it. */
  #forgetWhenGone(status: number): void {
    const { target } = this.#request;
    const contact = this.#contact;
    if (status === GONE && target.kind === 'registered' && contact !== undefined && isBrowser(contact))
      this.#registrar?.forget(target.user, contact.uri);
  }

  #book(route: Route): BookedAttempt {
    const { legId, callId, target } = this.#request;
    const trunk = trunkOf(target);
    return new BookedAttempt(this.context, { legId, callId, ...(trunk !== undefined && { trunk }), route });
  }

  #start(
    route: Route,
    endpoint: Endpoint | undefined,
    { booked, cancelTimer }: { booked: BookedAttempt; cancelTimer: () => void },
  ): Invite {
    this.#offeredKey = endpoint && readCrypto(endpoint.localSdp)?.key;
    const browser = new BrowserAnswer(this, route.mediaAddress, this.context);
    this.#browser = browser;
    this.#invite = new Invite(
      this.signalling,
      {
        uri: route.uri,
        headers: {
          ...expiryHeaders(this.#request.ringMs),
          ...route.headers,
          'Call-ID': this.identity.sipCallId,
          ...hopHeaders(this),
        },
        ...(endpoint && { sdp: addressed(offerOf(endpoint.localSdp, route.media), route.mediaAddress) }),
        cnonce: this.context.ids.next(),
        ...(route.proxy !== undefined && { proxy: route.proxy }),
        ...(route.credentials && { credentials: route.credentials }),
      },
      {
        sent: (request) => this.#sent(request),
        provisional: (response) => {
          booked.rang();
          this.#provisional(response, route, endpoint);
        },
        offered: (offer) => {
          cancelTimer();
          return browser.answerTo(offer);
        },
        answered: (dialog) => {
          cancelTimer();
          if (endpoint) void this.#answered(dialog, route, endpoint);
          else void browser.begin(dialog);
        },
      },
    );
    return this.#invite;
  }

  #sent(request: SrfRequest): void {
    const tag = /;\s*tag=([^;\s>]+)/i.exec(request.get('From') ?? '')?.[1];
    this.identify({
      transactionId: request.stackTxnId,
      ...(tag !== undefined && { dialogId: `${this.identity.sipCallId};from-tag=${tag}` }),
    });
  }

  #provisional(response: SrfResponse, route: Route, endpoint: Endpoint | undefined): void {
    if (this.state === 'new') this.signal({ kind: 'ringing', at: this.now, sipStatus: response.status });
    if (!endpoint || response.body === '' || response.body === this.#earlySdp || !hasAudio(response.body))
      return;
    this.#earlySdp = response.body;
    if (route.media?.early === 'ignore' || isTooOpen(response.body, this.srtp)) return;
    void endpoint.modify(forMedia(response.body, this.srtp)).then((modified) => {
      if (modified.ok && this.state === 'ringing') this.signal({ kind: 'early-media', at: this.now });
    });
  }

  async #answered(dialog: SrfDialog, route: Route, endpoint: Endpoint): Promise<void> {
    const at = this.now;
    this.faceFar(new FarDialog(this, dialog, route.mediaAddress, this.context));
    // A 200 need not repeat the session of a 183 (RFC 3262 §5).
    const session = dialog.remote.sdp || this.#earlySdp;
    const isOpen = session !== undefined && isTooOpen(session, this.srtp);
    const modified = session && !isOpen ? await endpoint.modify(forMedia(session, this.srtp)) : { ok: false };
    this.exchangeKeys(route.media?.dtmf);
    const { media, mediaAddress } = route;
    const keyed = { endpoint, offeredKey: this.#offeredKey, media, mediaAddress };
    if (modified.ok && (await tellNewKey(this.signalling, dialog, keyed)) === 'known')
      this.signal({ kind: 'answered', at });
    else this.endBecause({ by: 'system', reason: isOpen ? 'srtp-missing' : 'modify-refused' }, 'failure');
  }

  #conclude(result: InviteResult, invite: Invite, place: Place): Tried {
    if (this.isEnding || result.kind === 'answered' || result.kind === 'lost') return { kind: 'done' };
    if (result.kind === 'garbled') {
      this.context.logger.warn({ leg: this.id, why: result.why }, 'answer of the called party not usable');
      this.finish({ by: this.party, reason: 'garbled-answer', sipStatus: 500 });
      return { kind: 'done' };
    }
    if (result.kind === 'unanswerable') {
      this.finish({ by: 'system', reason: 'unavailable', sipStatus: 488 });
      return { kind: 'done' };
    }
    if (result.kind === 'abandoned')
      return { kind: 'next', cause: { by: 'system', reason: 'no-response', sipStatus: 408 } };
    if (result.kind === 'unsent')
      return { kind: 'next', cause: { by: 'system', reason: 'unsent', sipStatus: 503 } };
    const cause = withQ850({ by: this.party, sipStatus: result.status, at: 0 }, result.response);
    if (!invite.hasRung && leadsOn(result.status, place)) return { kind: 'next', cause };
    this.finish(cause);
    return { kind: 'done' };
  }

  /** CANCEL; when its end is not confirmed in time a late answer is still ended by the invite itself. */
  async end(reason: HangupReason): Promise<void> {
    const invite = this.#invite;
    if (!invite) return;
    invite.cancel(reasonHeader(reason));
    const { clock, deadlines } = this.context;
    const ended = await settle(() => invite.result, { clock, deadlineMs: deadlines.hangupMs });
    if (ended.kind !== 'value') invite.abandon(reasonHeader(reason));
  }
}

/** Nobody must be rung through two gateways: asked of calls that did not ring. */
function leadsOn(status: number, { isLast, next }: Place): boolean {
  return next?.after === status || (!isLast && isGatewayFault(status));
}

function contactFor(
  target: OriginateRequest['target'],
  registrar: Registrar | undefined,
): Contact | undefined {
  return target.kind === 'registered' ? registrar?.contactOf(target.user, target.contact) : undefined;
}

function trunkOf(target: OriginateRequest['target']): string | undefined {
  return target.kind === 'trunk' ? target.trunk : undefined;
}

function theirOffer(route: Route): Route {
  return { ...route, offer: 'theirs' };
}
