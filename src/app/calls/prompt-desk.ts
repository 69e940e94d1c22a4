/**
 * Turns what a dialplan wants heard into files to play: renders texts, has them spoken ahead of need, and steps in with
 * a recording when a voice is late. One per running call.
 */
import type { Spoken } from '../../domain/dialplan/directives.js';
import { doesRecordingFit, LAST_PROMPT } from '../../domain/prompts/prompt-names.js';
import type { ActivityId, RecordingId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { messageOf } from '../../errors.js';
import type { AppContext } from '../context.js';
import type { RenderedPrompt } from '../ports/ports.js';
import type { PlayItem } from '../ports/switch.js';
import { readyRecording } from '../recordings/ready-recording.js';
import type { CallSetup } from './begin/call-setup.js';

type Text = Extract<RenderedPrompt, { ok: true }>;
type Worded = Extract<Spoken, { kind: 'prompt' | 'template' }>;

/** One item ready to be played, and the words in it for the timeline. */
export interface ReadyItem {
  readonly item: PlayItem;
  readonly spoken?: {
    readonly text: string;
    readonly prompt?: string;
    readonly voice: 'spoken' | 'recorded' | 'silent';
    /** It tells an operator what the lead is about. */
    readonly whisper: 'yes' | 'no';
  };
}

const SILENCE: PlayItem = { kind: 'silence', ms: 300 };

export class PromptDesk {
  private readonly context: AppContext;
  private readonly setup: CallSetup;
  /** Locale and text → path of its sound, or undefined when no voice could speak it. */
  private readonly voices = new Map<string, Promise<string | undefined>>();

  constructor(context: AppContext, setup: CallSetup) {
    this.context = context;
    this.setup = setup;
  }

  /** Starts speaking now what will be played later. */
  prepare(what: readonly Spoken[]): void {
    for (const spoken of what) {
      if (spoken.kind !== 'prompt' && spoken.kind !== 'template') continue;
      const rendered = this.render(spoken);
      if (rendered.ok && this.ownRecording(spoken) === undefined) void this.voice(spoken, rendered);
    }
  }

  /** Never rejects: in the end there is a recording, or a moment of silence and a warning in the log. */
  async ready(what: readonly Spoken[]): Promise<readonly ReadyItem[]> {
    const { clock } = this.context.ports;
    let cancel: () => void = () => undefined;
    const late = new Promise<undefined>((resolve) => {
      cancel = clock.after(this.context.config.whisperWaitMs, () => resolve(undefined));
    });
    const items = await Promise.all(what.map((spoken) => this.item(spoken, late)));
    cancel();
    return items;
  }

  private async item(spoken: Spoken, late: Promise<undefined>): Promise<ReadyItem> {
    switch (spoken.kind) {
      case 'file':
      case 'tone':
      case 'silence':
      case 'keys':
        return { item: spoken };
      case 'recording':
        return { item: await this.recorded(spoken.recording) };
      case 'prompt':
      case 'template':
        return this.wordedItem(spoken, late);
    }
  }

  private async wordedItem(spoken: Worded, late: Promise<undefined>): Promise<ReadyItem> {
    const rendered = this.render(spoken);
    const text = rendered.ok ? rendered.text : '';
    const said = { text, ...namedPrompt(spoken), whisper: this.isWhisper(spoken) };
    const own = this.ownRecording(spoken);
    if (own !== undefined)
      return { item: { kind: 'file', path: own }, spoken: { ...said, voice: 'recorded' } };
    if (!rendered.ok) this.warn(spoken, rendered.problems.join('; '));
    const path = rendered.ok ? await Promise.race([this.voice(spoken, rendered), late]) : undefined;
    if (path !== undefined) return { item: { kind: 'file', path }, spoken: { ...said, voice: 'spoken' } };
    const recording = this.recordingOf(spoken);
    if (recording !== undefined)
      return { item: { kind: 'file', path: recording }, spoken: { ...said, voice: 'recorded' } };
    this.warn(spoken, 'neither a voice nor a recording is there');
    return { item: SILENCE, spoken: { ...said, voice: 'silent' } };
  }

  private async recorded(id: ActivityId): Promise<PlayItem> {
    const path = await readyRecording(this.context, id as string as RecordingId);
    return path === undefined ? SILENCE : { kind: 'file', path };
  }

  private render(spoken: Worded): RenderedPrompt {
    const { templates } = this.context.ports;
    const names = { ...this.setup.names, ...spoken.names };
    const locale = this.localeOf(spoken);
    return spoken.kind === 'prompt'
      ? templates.render(spoken.prompt, locale, names, this.setup.record.id)
      : templates.renderText(spoken.template, locale, names);
  }

  private voice(spoken: Worded, { text, ssml, locale }: Text): Promise<string | undefined> {
    const key = `${locale} ${ssml ?? text}`;
    const known = this.voices.get(key);
    if (known !== undefined) return known;
    const { speech, logger } = this.context.ports;
    const path = speech.speak({ text, locale, ...present({ ssml }), ...recordedPrompt(spoken) }).then(
      (prompt) => prompt.path,
      (thrown: unknown) => {
        logger.warn({ call: this.setup.record.id, locale, why: messageOf(thrown) }, 'no voice for a prompt');
        return undefined;
      },
    );
    this.voices.set(key, path);
    return path;
  }

  private ownRecording(spoken: Worded): string | undefined {
    if (spoken.kind !== 'prompt' || spoken.recorded === 'no') return undefined;
    return this.context.ports.templates.own(spoken.prompt, this.localeOf(spoken), this.setup.record.id);
  }

  private recordingOf(spoken: Worded): string | undefined {
    const { templates } = this.context.ports;
    const locale = this.localeOf(spoken);
    const { prompt } = recordedPrompt(spoken);
    return (
      (prompt === undefined ? undefined : templates.recorded(prompt, locale, this.setup.record.id)) ??
      templates.recorded(LAST_PROMPT, locale)
    );
  }

  private localeOf(spoken: Worded): string {
    return spoken.locale ?? this.setup.facts.locale;
  }

  private isWhisper(spoken: Worded): 'yes' | 'no' {
    if (spoken.kind === 'prompt') return spoken.prompt.startsWith('whisper') ? 'yes' : 'no';
    return spoken.template === this.setup.facts.whisperTemplate ? 'yes' : 'no';
  }

  private warn(spoken: Worded, why: string): void {
    this.context.ports.logger.warn(
      { call: this.setup.record.id, ...namedPrompt(spoken), why },
      'prompt not spoken as written',
    );
  }
}

/** Prompt of the catalogue behind the words: the one named, or the one that stands in for a template. */
function namedPrompt(spoken: Worded): { readonly prompt?: string } {
  const prompt = spoken.kind === 'prompt' ? spoken.prompt : spoken.recorded;
  return prompt === undefined ? {} : { prompt };
}

/** Prompt whose recording says the same. */
function recordedPrompt(spoken: Worded): { readonly prompt?: string } {
  if (
    spoken.kind === 'prompt' &&
    (spoken.recorded === 'no' || !doesRecordingFit(spoken.prompt, spoken.names))
  )
    return {};
  return namedPrompt(spoken);
}
