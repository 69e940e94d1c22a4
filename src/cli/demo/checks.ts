/** What the demo proves by listening: who is on which channel, and that only the operator heard the whisper. */
import { measureTonesOfFile } from '../../media/tone-detector.js';
import { CLIENT_TONE, OPERATOR_TONE } from './stage.js';

export interface AudioChecks {
  readonly operator_tone_ch0: boolean;
  readonly client_tone_ch1: boolean;
  /** The louder of the two tones where it must not be, against where it must be; about −60 is what G.711 leaves. */
  readonly crosstalk_db: number;
  readonly whisper_in_client_ear: boolean;
  /** The same measure on the operator's side, so that a deaf measurement cannot pass. */
  readonly whisper_in_operator_ear: boolean;
}

/** dBFS; the phones play at about −13. */
const TONE_THRESHOLD = -35;
const LOWEST = -120;
/** Frequencies of speech far from both tones and their harmonics. */
const SPEECH_BANDS = [220, 290, 370, 710, 860, 1730, 2110];
/** Median of the bands: speech lies near −43 here, a clean tone near −74; a gap in a tone splashes into few of them. */
const SPEECH_THRESHOLD = -60;

async function levels(path: string, channel: number, frequencies: readonly number[]): Promise<number[]> {
  const channels = await measureTonesOfFile(path, { frequencies });
  return (channels[channel] ?? []).map(({ dbfs }) => Math.max(dbfs, LOWEST));
}

async function hasSpeech(path: string): Promise<boolean> {
  const found = await levels(path, 0, SPEECH_BANDS);
  const median = found.sort((a, b) => a - b)[Math.floor(found.length / 2)] ?? LOWEST;
  return median > SPEECH_THRESHOLD;
}

export async function checkAudio(
  recording: string,
  heard: { readonly operator: string; readonly client: string },
): Promise<AudioChecks> {
  const tones = [OPERATOR_TONE, CLIENT_TONE];
  const [operator0 = LOWEST, client0 = LOWEST] = await levels(recording, 0, tones);
  const [operator1 = LOWEST, client1 = LOWEST] = await levels(recording, 1, tones);
  return {
    operator_tone_ch0: operator0 > TONE_THRESHOLD,
    client_tone_ch1: client1 > TONE_THRESHOLD,
    crosstalk_db: Math.round(Math.max(client0 - client1, operator1 - operator0) * 10) / 10,
    whisper_in_client_ear: await hasSpeech(heard.client),
    whisper_in_operator_ear: await hasSpeech(heard.operator),
  };
}

/** Loudest crosstalk that still counts as separate channels. */
const CROSSTALK_LIMIT_DB = -40;

export function allGood(checks: AudioChecks): boolean {
  return (
    checks.operator_tone_ch0 &&
    checks.client_tone_ch1 &&
    checks.crosstalk_db < CROSSTALK_LIMIT_DB &&
    !checks.whisper_in_client_ear &&
    checks.whisper_in_operator_ear
  );
}
