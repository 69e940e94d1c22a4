/**
 * Records a leg in two channels. FreeSWITCH accepts a recording to a path it cannot write, so `ready` needs three things:
 * RECORD_STOP on our own event socket, a stereo WAV file, and as much sound as the talk was long, less the time that the
 * party had it on hold: meanwhile FreeSWITCH writes nothing.
 */
import { Fault, messageOf } from '../../errors.js';
import type { Ending } from '../../domain/calls/call.js';
import { heldMs, type HoldChange } from '../../domain/calls/hold-time.js';
import type { RecordingActivity, RecordingOutcome, RecordingRequest } from '../../app/ports/switch.js';
import type { ChannelNews } from '../servers/event-socket.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import { Outcome, settle, whyOf } from '../lifetime.js';
import { checkRecording } from '../recording-file.js';
import { quoted, type LegMedia } from './media.js';

const VARIABLES = {
  RECORD_STEREO: 'true',
  // FreeSWITCH deletes what is shorter than 3 s unless told.
  RECORD_MIN_SEC: '0',
  RECORD_APPEND: 'false',
} as const;

const CHANNEL_CHECK_MS = 10_000;

export function record(
  media: LegMedia,
  request: RecordingRequest,
  context: SwitchContext,
): RecordingActivity {
  if (!media.endpoint) return notRecording('the leg has no media');
  const recording = new Recording(media.endpoint, request, context);
  void recording.run(media);
  return {
    outcome: recording.outcome.promise,
    stop: () => recording.stop(),
    pause: () => recording.command('mask'),
    resume: () => recording.command('unmask'),
  };
}

function notRecording(why: string): RecordingActivity {
  const refuse = () => Promise.reject(new Fault('leg-gone', why));
  return {
    outcome: Promise.resolve({ kind: 'failed', why }),
    stop: () => undefined,
    pause: refuse,
    resume: refuse,
  };
}

class Recording {
  readonly outcome = new Outcome<RecordingOutcome>();
  readonly #endpoint: Endpoint;
  readonly #request: RecordingRequest;
  readonly #context: SwitchContext;
  readonly #opened = new Outcome<void>();
  readonly #closed = new Outcome<void>();
  readonly #ending = new Outcome<void>();
  readonly #holds: HoldChange[] = [];
  #target = '';

  constructor(endpoint: Endpoint, request: RecordingRequest, context: SwitchContext) {
    this.#endpoint = endpoint;
    this.#request = request;
    this.#context = context;
  }

  async run({ leg }: LegMedia): Promise<void> {
    const unwatch = this.#endpoint.media.watch(this.#endpoint.uuid, (news) => this.#saw(news));
    const release = leg.life.onEnd((ending) => this.#legEnded(ending));
    const unhear = leg.onSignal((signal) => {
      if (signal.kind === 'held' || signal.kind === 'resumed') this.#holds.push(signal);
    });
    try {
      this.outcome.settle(await this.#recorded());
    } catch (error) {
      this.outcome.settle({ kind: 'failed', why: messageOf(error) });
    } finally {
      unwatch();
      release();
      unhear();
    }
  }

  stop(): void {
    this.#ending.settle();
  }

  async command(verb: 'mask' | 'unmask'): Promise<void> {
    const done = await this.#endpoint.api(
      'uuid_record',
      `${this.#endpoint.uuid} ${verb} ${quoted(this.#target)}`,
    );
    if (done.kind === 'ended') throw new Fault('leg-gone', 'The leg has ended.');
    if (done.kind !== 'value') throw new Fault('switch-timeout', whyOf(done, `uuid_record ${verb}`));
    if (!done.value.startsWith('+OK')) throw new Fault('switch-refused', done.value.trim());
  }

  async #recorded(): Promise<RecordingOutcome> {
    const { clock, deadlines } = this.#context;
    const { files } = this.#endpoint.media;
    this.#target = files.recording(this.#request.path);
    if (!(await this.#open()))
      return { kind: 'failed', why: `the media server did not open ${this.#target}` };
    await this.#ending.promise;
    const { startedAt } = this.#request;
    const endedAt = clock.now();
    if (!this.#closed.settled)
      void this.#endpoint.api('uuid_record', `${this.#endpoint.uuid} stop ${quoted(this.#target)}`);
    const closed = await settle(() => this.#closed.promise, { clock, deadlineMs: deadlines.recordStopMs });
    if (closed.kind !== 'value')
      return { kind: 'failed', why: 'the end of the recording was not confirmed by the media server' };
    return checkRecording(this.#request.path, {
      seconds: (endedAt - startedAt - heldMs(this.#holds, startedAt, endedAt)) / 1000,
      arrivalMs: files.arrivalMs,
      clock,
    });
  }

  async #open(): Promise<boolean> {
    const { clock, deadlines } = this.#context;
    const variables = this.#endpoint.set(VARIABLES);
    const started = this.#endpoint.execute('record_session', quoted(this.#target), deadlines.commandMs);
    await Promise.all([variables, started]);
    const opened = await settle(() => this.#opened.promise, { clock, deadlineMs: deadlines.commandMs });
    return opened.kind === 'value';
  }

  /** A leg whose signalling was lost may still talk: then only the channel's end is the end. */
  #legEnded(ending: Ending): void {
    if (ending.reason === 'lost') this.#followChannel();
    else this.#ending.settle();
  }

  #followChannel(): void {
    const { clock } = this.#context;
    const { media } = this.#endpoint;
    const cancel = clock.after(CHANNEL_CHECK_MS, () => {
      void media.eventSocket?.api(`uuid_exists ${this.#endpoint.uuid}`).then((exists) => {
        if (exists.kind === 'value' && exists.value.startsWith('false')) this.#ending.settle();
      });
      this.#followChannel();
    });
    void this.#ending.promise.then(cancel);
  }

  #saw({ name, filePath }: ChannelNews): void {
    if (filePath !== this.#target) return;
    if (name === 'RECORD_START') this.#opened.settle();
    if (name === 'RECORD_STOP') {
      this.#closed.settle();
      this.#ending.settle();
    }
  }
}
