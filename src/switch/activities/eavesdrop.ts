/**
 * A supervisor's ear: FreeSWITCH's eavesdrop beside the watched leg, so that its talk and recording go on. Whom he
 * speaks to is changed by keys, ours as his. While it listens his channel takes no other command than a key.
 */
import { KEY_OF_MODE, type SupervisionMode } from '../../domain/calls/supervision.js';
import type { EavesdropActivity, EavesdropOutcome } from '../../app/ports/switch.js';
import type { Endpoint } from '../endpoint.js';
import type { SwitchLeg } from '../leg.js';
import { Outcome, whyOf } from '../lifetime.js';
import { apartness } from './media.js';
import { settledActivity } from './play.js';

/** Ends the application; the channel then waits for the next one. */
const LEAVE_KEY = '*';
const KEY_MS = 100;

/** Whom he speaks to from the first moment on: `aleg` is what the watched party says, `bleg` what it hears. */
const FIRST_MODE: Readonly<Record<SupervisionMode, { readonly aleg: string; readonly bleg: string }>> = {
  listen: { aleg: 'false', bleg: 'false' },
  'whisper-client': { aleg: 'true', bleg: 'false' },
  whisper: { aleg: 'false', bleg: 'true' },
  barge: { aleg: 'true', bleg: 'true' },
};

export function eavesdropOn(
  supervisor: SwitchLeg,
  watched: SwitchLeg | undefined,
  mode: SupervisionMode,
): EavesdropActivity {
  const nobody = { setMode: () => undefined };
  if (supervisor.life.ended || !watched || watched.life.ended)
    return { ...settledActivity({ kind: 'ended' }), ...nobody };
  if (!supervisor.endpoint || !watched.endpoint)
    return { ...settledActivity({ kind: 'failed', why: 'a leg has no media yet' }), ...nobody };
  const apart = apartness(supervisor.endpoint, watched.endpoint);
  if (apart !== undefined) return { ...settledActivity({ kind: 'failed', why: apart }), ...nobody };
  const ear = new Ear(supervisor.endpoint);
  void ear.listen(watched.endpoint, mode);
  return {
    outcome: ear.outcome.promise,
    stop: () => ear.press(LEAVE_KEY),
    setMode: (next) => ear.press(KEY_OF_MODE[next]),
  };
}

class Ear {
  readonly outcome = new Outcome<EavesdropOutcome>();
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  async listen(watched: Endpoint, mode: SupervisionMode): Promise<void> {
    const { aleg, bleg } = FIRST_MODE[mode];
    await this.#endpoint.set({
      eavesdrop_enable_dtmf: 'true',
      eavesdrop_whisper_aleg: aleg,
      eavesdrop_whisper_bleg: bleg,
    });
    const heard = await this.#endpoint.execute('eavesdrop', watched.uuid);
    this.outcome.settle(
      heard.kind === 'value' || heard.kind === 'ended'
        ? { kind: 'ended' }
        : { kind: 'failed', why: whyOf(heard, 'eavesdrop') },
    );
  }

  press(key: string): void {
    if (!this.outcome.settled) void this.#endpoint.pressUnheard(key, KEY_MS);
  }
}
