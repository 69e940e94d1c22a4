/** Did both go on hearing each other while no controller was there? Measured in the phones' own recordings. */
import { measureTonesOfFile } from '../../media/tone-detector.js';
import { CLIENT, heardPath, TONES } from './cast.js';
import type { CutTalk } from './judge.js';
import type { SipDialogView } from './sip-dialogs.js';

const WINDOW_MS = 200;
/** dBFS; the phones play at about −13, a window with half of its packets missing has −30, silence nothing at all. */
const HEARD_DBFS = -45;
/** Windows at the edges hold the kill itself and the hang-up. */
const MARGIN_MS = 400;
/** Of the windows: on a busy machine some packets come too late. */
const LEAST_HEARD = 0.75;

/** `undefined` when the talk ended too soon after the kill to tell. */
export async function heardEachOther(
  directory: string,
  { outage: { killedAt }, operator, client }: CutTalk,
): Promise<'yes' | 'no' | undefined> {
  const from = killedAt + MARGIN_MS;
  const until = Math.min(operator.endedAt ?? Infinity, client.endedAt ?? Infinity) - MARGIN_MS;
  if (until - from < 2 * WINDOW_MS) return undefined;
  const span = { from, until };
  const ears = await Promise.all([
    heardPart(heardPath(directory, CLIENT, client.number), client, { ...span, frequency: TONES.operator }),
    heardPart(heardPath(directory, operator.phone, operator.number), operator, {
      ...span,
      frequency: TONES.client,
    }),
  ]);
  return ears.every((part) => part >= LEAST_HEARD) ? 'yes' : 'no';
}

interface Listening {
  readonly from: number;
  readonly until: number;
  readonly frequency: number;
}

/** Part of the windows in which the tone was there. A recording of what a phone hears begins when it answers. */
async function heardPart(
  path: string,
  { answeredAt = 0 }: SipDialogView,
  { from, until, frequency }: Listening,
): Promise<number> {
  const channels = await measureTonesOfFile(path, { frequencies: [frequency], windowMs: WINDOW_MS });
  const levels = channels[0]?.[0]?.windows ?? [];
  const heard = levels.slice(
    Math.ceil((from - answeredAt) / WINDOW_MS),
    Math.floor((until - answeredAt) / WINDOW_MS),
  );
  return heard.filter((dbfs) => dbfs > HEARD_DBFS).length / Math.max(1, heard.length);
}
