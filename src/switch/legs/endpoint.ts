/**
 * One channel on the media server, as legs use it: run an application, call the API, change the session, let go. Every
 * call settles when the channel ends, whatever the library does.
 */
import type { Clock, Logger } from '../../app/ports/ports.js';
import { messageOf } from '../../errors.js';
import { hangupCauseOf } from '../messages/causes.js';
import type { EslEvent, FsEndpoint, SrfRequest, SrfResponse } from '../libraries.js';
import { Lifetime, settle, whyOf, type Settled } from '../lifetime.js';
import { NOWHERE } from '../messages/session-text.js';
import type { MediaLink } from '../servers/media-server.js';
import type { Deadlines } from '../options.js';
import type { Signalling } from '../servers/signalling.js';

export interface EndpointPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly deadlines: Deadlines;
}

interface EndpointPlace {
  readonly media: MediaLink;
  readonly signalling: Signalling;
}

export interface DtmfEvent {
  readonly digit: string;
  readonly durationMs: number;
}

export type ModifyOutcome =
  { readonly ok: true; readonly sdp: string } | { readonly ok: false; readonly why: string };

/** DTMF-Duration counts samples at 8 kHz. */
const SAMPLES_PER_MS = 8;

const BYE_AFTER_CLOSE_MS = 500;
/** Between two keys in tones: Q.24 asks for 40 ms. */
const KEY_PAUSE_MS = 60;

/** Nobody has this key. Pressed by us it ends a gather: FreeSWITCH's waiting for digits cannot be broken otherwise. */
export const STOP_KEY = 'D';

export class Endpoint {
  readonly uuid: string;
  /** Ends with the FreeSWITCH hang-up cause, undefined when it is not known. */
  readonly life = new Lifetime<string | undefined>();
  /** Settles when the bridge that was stopped last is undone. */
  parted: Promise<void> = Promise.resolve();
  /** Conference it is in. */
  room: string | undefined;
  /** Whom it is bridged with, on its own server. */
  peer: Endpoint | undefined;
  /** Of a tie line's end: the one on the other server. */
  otherEnd: Endpoint | undefined;
  /** What FreeSWITCH said last: its answer to our last offer. */
  localSdp: string;
  /** What it was told last. */
  #remoteSdp = NOWHERE;
  /** What the far end takes. */
  #farSdp: string;
  #modifying: Promise<ModifyOutcome> | undefined;
  /** Keys that we pressed ourselves: their echo is not the party's. */
  readonly #unheard: string[] = [];
  /** Where it is. */
  readonly media: MediaLink;
  /** Over which its dialog with the media server goes. */
  readonly signalling: Signalling;
  readonly #raw: FsEndpoint;
  readonly #ports: EndpointPorts;

  constructor(raw: FsEndpoint, { media, signalling }: EndpointPlace, ports: EndpointPorts) {
    this.#raw = raw;
    this.media = media;
    this.signalling = signalling;
    this.#ports = ports;
    this.uuid = raw.uuid;
    this.localSdp = raw.local.sdp;
    this.#farSdp = raw.remote.sdp ?? NOWHERE;
    raw.on('destroy', (end?: { reason?: string }) => this.#channelEnded(end?.reason));
    raw.dialog.on('destroy', (bye: SrfRequest) => this.life.end(hangupCauseOf(bye)));
    raw.dialog.on('modify', (_request: SrfRequest, response: SrfResponse) => this.#answerReinvite(response));
  }

  /** What speaks for it on that server: itself, or the end of the tie line that it talks over. */
  on(media: MediaLink): Endpoint | undefined {
    return [this, this.peer?.otherEnd].find((candidate) => candidate?.media === media);
  }

  /** A killed channel closes its socket without a word; its BYE, which has the cause, comes some 15 ms later. */
  #channelEnded(cause: string | undefined): void {
    if (cause !== undefined) this.life.end(cause);
    else this.life.onEnd(this.#ports.clock.after(BYE_AFTER_CLOSE_MS, () => this.life.end(undefined)));
  }

  onDtmf(listener: (event: DtmfEvent) => void): void {
    this.#raw.on('dtmf', (event: { dtmf: string; duration: string; source: string }) => {
      if (event.source === 'APP' && (event.dtmf === STOP_KEY || this.#isEcho(event.dtmf))) return;
      listener({ digit: event.dtmf, durationMs: Math.round(Number(event.duration) / SAMPLES_PER_MS) });
    });
  }

  /** Keys that came with the party's media, not those that were pressed for it. */
  onMediaKey(listener: (digit: string) => void): void {
    this.#raw.on('dtmf', ({ dtmf, source }: { readonly dtmf: string; readonly source: string }) => {
      if (source !== 'APP') listener(dtmf);
    });
  }

  /** A key as if the party had pressed it. */
  pressFor(digit: string, durationMs: number): Promise<Settled<string>> {
    return this.api('uuid_recv_dtmf', `${this.uuid} ${digit}@${durationMs}`);
  }

  /** The same, but nobody is told of it. */
  pressUnheard(digit: string, durationMs: number): Promise<Settled<string>> {
    this.#unheard.push(digit);
    return this.pressFor(digit, durationMs);
  }

  /** Whether the far end takes RFC 4733 events. */
  get takesEvents(): boolean {
    return /^a=rtpmap:\d+ telephone-event\/8000/im.test(this.#farSdp);
  }

  /** A key for the party, beside whatever it hears; resolves when the next may follow. */
  async sendKey(digit: string, durationMs: number, way: 'events' | 'tones'): Promise<void> {
    if (way === 'events') {
      await this.api('uuid_send_dtmf', `${this.uuid} ${digit}@${durationMs}`);
      return;
    }
    // The pause is part of the tone: the same key again is a new file only when this one is over.
    await this.api(
      'uuid_displace',
      `${this.uuid} start tone_stream://d=${durationMs};w=${KEY_PAUSE_MS};${digit}`,
    );
    const never = () => new Promise<void>(() => undefined);
    const deadlineMs = durationMs + 2 * KEY_PAUSE_MS;
    await settle(never, { clock: this.#ports.clock, owner: this.life, deadlineMs });
  }

  /** Tones of the party become keys like any other. */
  hearKeysInAudio(): Promise<Settled<EslEvent>> {
    return this.execute('start_dtmf', '', this.#ports.deadlines.commandMs);
  }

  #isEcho(digit: string): boolean {
    const index = this.#unheard.indexOf(digit);
    if (index >= 0) this.#unheard.splice(index, 1);
    return index >= 0;
  }

  onPlaybackStart(listener: (path: string) => void): () => void {
    const heard = (event: { file?: string }) => listener(event.file ?? '');
    this.#raw.on('playback-start', heard);
    return () => this.#raw.off('playback-start', heard);
  }

  /** Runs until the application is done, without a deadline of its own unless given. */
  execute(application: string, argument: string, deadlineMs?: number): Promise<Settled<EslEvent>> {
    return settle(() => this.#raw.execute(application, argument), {
      clock: this.#ports.clock,
      owner: this.life,
      ...(deadlineMs !== undefined && { deadlineMs }),
    });
  }

  /** Sets channel variables in one command. */
  set(variables: Readonly<Record<string, string>>): Promise<Settled<EslEvent>> {
    const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return this.execute('multiset', `^^^${pairs.join('^')}`, this.#ports.deadlines.commandMs);
  }

  async api(command: string, argument: string): Promise<Settled<string>> {
    const { clock, deadlines } = this.#ports;
    const call = async () => (await this.#raw.api(command, argument)).getBody();
    return settle(call, { clock, owner: this.life, deadlineMs: deadlines.commandMs });
  }

  /**
   * Re-INVITE with what the other side said. One after the other; after a failure none is tried again, because the
   * library would wait for ever.
   */
  modify(sdp: string): Promise<ModifyOutcome> {
    const before = this.#modifying ?? Promise.resolve<ModifyOutcome>({ ok: true, sdp: '' });
    const next = before.then((earlier) => (earlier.ok ? this.#modifyNow(sdp) : earlier));
    this.#modifying = next;
    return next;
  }

  async #modifyNow(sdp: string): Promise<ModifyOutcome> {
    if (sdp === this.#remoteSdp) return { ok: true, sdp: this.localSdp };
    this.#remoteSdp = sdp;
    const modified = await this.signalling.settle(() => this.#raw.dialog.modify(sdp));
    if (modified.kind !== 'value') return { ok: false, why: whyOf(modified, 'modify') };
    this.localSdp = modified.value;
    this.#farSdp = sdp;
    return { ok: true, sdp: modified.value };
  }

  /** BYE to the media server; when that is not confirmed the channel is killed. Idempotent. */
  async release(): Promise<void> {
    const { dialog } = this.#raw;
    if (!this.life.end('released')) {
      this.signalling.forget(dialog);
      return;
    }
    // While it is being parted from another channel the media server would take that one along.
    await this.parted;
    if (dialog.connected && (await this.signalling.bye(dialog, 'Q.850;cause=16')) === 'confirmed') return;
    await this.media.kill(this.uuid);
  }

  /** Its media server is gone, and with it the sound: nobody can be asked to end it. */
  lose(): void {
    this.life.end(undefined);
  }

  /** Stops using the channel without ending it: the talk goes on, another owner may adopt it. */
  forget(): void {
    this.life.end('forgotten');
  }

  /** FreeSWITCH itself wants to change the session. Without a body in the answer it would end the call. */
  #answerReinvite(response: SrfResponse): void {
    try {
      response.send(200, { body: this.#remoteSdp, headers: { 'Content-Type': 'application/sdp' } });
    } catch (error) {
      this.#ports.logger.warn(
        { channel: this.uuid, why: messageOf(error) },
        're-INVITE of the media server not answered',
      );
    }
  }
}
