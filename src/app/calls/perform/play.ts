/** `play` and `gather`: words become files, files become sound, and the timeline tells what was said to whom. */
import type { Directive, LegRef } from '../../../domain/dialplan/directives.js';
import type { ActivityOutcome } from '../../../domain/dialplan/inputs.js';
import { messageOf } from '../../../errors.js';
import { commit } from '../../events/commit.js';
import type { Activity, GatherOutcome, Leg, PlayItem, PlayOutcome } from '../../ports/switch.js';
import { onNewSignal } from '../new-signals.js';
import type { ReadyItem } from '../prompt-desk.js';
import type { Scene } from '../scene.js';

type Directing = Extract<Directive, { verb: 'play' | 'gather' }>;

export function performPlay(scene: Scene, directive: Extract<Directive, { verb: 'play' }>): void {
  sound(scene, directive, {
    start: (leg, items) => (directive.repeat === undefined ? leg.play(items) : playAgain(leg, items)),
    givenUp: () => undefined,
  });
}

/** Music: begins anew as long as it is really heard. What is over at once would be a loop without sound. */
function playAgain(leg: Leg, items: readonly PlayItem[]): Activity<PlayOutcome> {
  let current = leg.play(items);
  let stopped = false;
  const outcome = async (): Promise<PlayOutcome> => {
    for (;;) {
      const heard = await current.outcome;
      if (heard.kind !== 'played' || heard.seconds < SHORTEST_ROUND_SECONDS || stopped) return heard;
      current = leg.play(items);
    }
  };
  return {
    outcome: outcome(),
    stop() {
      stopped = true;
      current.stop();
    },
  };
}

const SHORTEST_ROUND_SECONDS = 0.2;

export function performGather(scene: Scene, directive: Extract<Directive, { verb: 'gather' }>): void {
  const { minDigits, maxDigits, timeoutSeconds, interDigitSeconds, terminators } = directive;
  const terms = {
    minDigits,
    maxDigits,
    terminators,
    timeoutMs: timeoutSeconds * 1000,
    interDigitMs: interDigitSeconds * 1000,
  };
  const ahead = keysAhead(scene.legs.leg(directive.leg));
  sound(scene, directive, {
    start: (leg, items) => leg.gather({ items, typed: ahead.take(), ...terms }),
    givenUp: () => void ahead.take(),
  });
}

/** Keys of a party from now until they are taken: words may take their time, and who knows the menu does not wait for them. */
function keysAhead(leg: Leg | undefined): { readonly take: () => string } {
  let typed = '';
  const undo = leg && onNewSignal(leg, (signal) => signal.kind === 'key' && (typed += signal.digit));
  return {
    take: () => {
      undo?.();
      return typed;
    },
  };
}

interface Sounding {
  readonly start: (leg: Leg, items: readonly PlayItem[]) => Activity<PlayOutcome | GatherOutcome>;
  /** It will not start. */
  readonly givenUp: () => void;
}

/** May be stopped while its words are still being spoken: then nothing is heard. */
function sound(scene: Scene, directive: Directing, { start, givenUp }: Sounding): void {
  const { activity, leg: ref } = directive;
  scene.begin(activity, givenUp);
  const begin = (ready: readonly ReadyItem[]): void => {
    const leg = scene.legs.leg(ref);
    if (!scene.isGoingOn(activity)) return;
    if (leg === undefined) {
      givenUp();
      scene.settle(activity, { kind: 'leg-ended', leg: ref });
      return;
    }
    const playing = start(
      leg,
      ready.map(({ item }) => item),
    );
    scene.begin(activity, () => playing.stop());
    tellSpoken(scene, ref, ready);
    void playing.outcome.then((outcome) => scene.settle(activity, toOutcome(ref, outcome)));
  };
  scene.prompts
    .ready(directive.what)
    .then(begin)
    .catch((thrown: unknown) => {
      givenUp();
      scene.settle(activity, { kind: 'failed', why: messageOf(thrown) });
    });
}

function toOutcome(leg: LegRef, outcome: PlayOutcome | GatherOutcome): ActivityOutcome {
  switch (outcome.kind) {
    case 'played':
      return { kind: 'done' };
    case 'file-missing':
      return { kind: 'failed', why: `there is no file ${outcome.path}` };
    case 'leg-ended':
      return { kind: 'leg-ended', leg };
    default:
      return outcome;
  }
}

/** Told when the sound begins, with the words really used. */
function tellSpoken(scene: Scene, ref: LegRef, ready: readonly ReadyItem[]): void {
  const said = ready.flatMap(({ spoken }) => (spoken === undefined ? [] : [spoken]));
  if (said.length === 0) return;
  const { record } = scene.setup;
  const whisper = said.find((spoken) => spoken.whisper === 'yes');
  const to = { leg: ref, role: scene.legs.record(ref)?.role };
  commit(scene.context, async ({ tx, tell }) => {
    for (const { text, prompt, voice } of said)
      tell({
        name: 'prompt.spoken',
        callId: record.id,
        leadId: record.leadId,
        payload: { ...to, text, prompt, voice },
      });
    if (whisper !== undefined) await tx.calls.update(record.id, { whisperText: whisper.text });
  }).catch((thrown: unknown) => {
    scene.context.ports.logger.error(
      { call: record.id, why: messageOf(thrown) },
      'a spoken prompt was not noted',
    );
  });
}
